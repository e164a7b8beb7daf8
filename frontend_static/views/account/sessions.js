import { accountStrings } from "../../core/account-strings.js";
import { arrange, button } from "../dom.js";
import { fill } from "../settings-status.js";
import { itemOf, listOf, Section } from "./section.js";

/** The browsers that are signed in. */
export class Sessions extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("sessions", accountStrings.sessionsTitle, accountStrings.sessionsLead, tools);
    this.list = listOf(this.title.id, []);
    this.body.append(this.list, this.button(accountStrings.everywhere, () => this.endAll()));
  }

  load() {
    return fill(this.status, () => this.loadList());
  }

  async loadList() {
    const sessions = await this.tools.api.sessions();
    const isOwnFirst = sessions.toSorted((one, other) => Number(other.current) - Number(one.current));
    arrange(this.list, isOwnFirst.map((session) => this.item(session)), this.title);
  }

  /** @param {SignedInDevice} session */
  item(session) {
    const { device, shared, created_at, last_used_at, current } = session;
    const name = device || accountStrings.unknownDevice;
    const about = [
      current ? accountStrings.thisDevice : null,
      shared ? accountStrings.sharedComputer : null,
      accountStrings.signedInAt(this.moment(created_at)),
      current ? null : accountStrings.lastUsed(this.moment(last_used_at)),
    ];
    if (current) return itemOf(name, about, null);
    const end = button(accountStrings.endSession, "button button-small", () => this.end(session, name));
    end.dataset.key = String(session.id);
    end.setAttribute("aria-label", accountStrings.endSessionOf(name));
    return itemOf(name, about, end);
  }

  /** @param {SignedInDevice} session @param {string} name */
  async end({ id }, name) {
    const end = async () => {
      await this.tools.api.endSession(id);
      await this.loadList();
    };
    await this.status.save(end, () => accountStrings.sessionEnded(name));
  }

  endAll() {
    return this.ask({
      title: accountStrings.everywhere,
      lead: [accountStrings.everywhereLead],
      action: accountStrings.everywhere,
      isDanger: true,
      submit: () => this.tools.signOut(() => this.tools.api.endAllSessions()),
    });
  }
}
