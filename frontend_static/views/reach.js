import { laterStrings } from "../core/later-strings.js";
import { signatureOf } from "../core/locale.js";
import { reachLine } from "../core/reach.js";
import { ReachKeeper } from "../core/reach-keeper.js";
import { button, el } from "./dom.js";

/** @typedef {import("../core/reach.js").ReachLine} ReachLine */

/** @type {ReachLine} */
const NOTHING = { summary: "", continues: false, details: [], changesIn: null };

/** What became of my newest message, beside its receipt: one person in a sentence, a group in numbers and a list. */
export class ReachView {
  /** @param {{session: Session, api: NotificationsApi, time: TimeFormat, during: (change: () => void) => void}} tools */
  constructor({ session, api, time, during }) {
    this.session = session;
    this.time = time;
    this.redraw = () => during(() => this.render());
    this.keeper = new ReachKeeper({ session, ask: (conversation) => api.reach(conversation), changed: this.redraw });
    this.summary = el("span", "reach");
    this.list = el("ul", "reach-list");
    // They stand in a log that is read out: a countdown is not.
    for (const element of [this.summary, this.list]) element.setAttribute("aria-live", "off");
    /** @type {number | null} */
    this.seq = null;
    this.isUnfolded = false;
    this.signature = "";
    /** @type {unknown} */
    this.timer = undefined;
  }

  /**
   * Stand at my newest message.
   * @param {HTMLElement | null} message
   * @param {number | null} seq
   */
  place(message, seq) {
    if (seq !== this.seq) this.isUnfolded = false;
    this.seq = seq;
    const meta = message?.querySelector(".message-meta");
    if (!meta) [this.summary, this.list].forEach((element) => element.remove());
    else if (this.summary.parentElement !== meta) meta.append(this.summary, this.list);
    this.render();
  }

  render() {
    const { clock } = this.session.environment;
    clock.clearTimeout(this.timer);
    const line = this.line(clock.now());
    const signature = signatureOf([this.seq, line.summary, line.details, this.isUnfolded]);
    if (signature !== this.signature) this.paint(line);
    this.signature = signature;
    if (line.changesIn !== null) this.timer = clock.setTimeout(this.redraw, line.changesIn);
  }

  /** @param {number} now @returns {ReachLine} */
  line(now) {
    const conversation = this.session.conversation();
    const reach = conversation ? this.keeper.of(conversation.id, this.seq) : [];
    if (!conversation || reach.length === 0) return NOTHING;
    return reachLine({ conversation, reach, meId: this.session.me.id, time: this.time, now });
  }

  /** @param {ReachLine} line */
  paint({ summary, continues, details }) {
    const isGroup = details.length > 0;
    const hadFocus = this.summary.contains(document.activeElement);
    this.summary.hidden = summary === "";
    this.summary.classList.toggle("reach-continues", continues);
    this.summary.replaceChildren(isGroup ? this.opener(summary) : summary);
    this.list.hidden = !isGroup || !this.isUnfolded;
    this.list.replaceChildren(...details.map(({ name, text }) => el("li", "", el("bdi", "reach-name", name), ` ${text}`)));
    if (hadFocus) this.summary.querySelector("button")?.focus();
  }

  /** @param {string} summary */
  opener(summary) {
    const opener = button(summary, "link-button", () => {
      this.isUnfolded = !this.isUnfolded;
      this.redraw();
    });
    opener.setAttribute("aria-label", laterStrings.reachOf(summary));
    opener.setAttribute("aria-expanded", String(this.isUnfolded));
    return opener;
  }
}
