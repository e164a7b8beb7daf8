import { accountStrings } from "../../core/account-strings.js";
import { auditWords } from "../../core/audit-words.js";
import { button, el } from "../dom.js";
import { fill } from "../settings-status.js";
import { Section } from "./section.js";

const PAGE = 20;

/** What happened to the account, newest first. */
export class Activity extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("activity", accountStrings.activityTitle, accountStrings.activityLead, tools);
    this.list = el("ol", "settings-list");
    this.list.setAttribute("aria-labelledby", this.title.id);
    this.empty = el("p", "settings-empty", accountStrings.noActivity);
    this.empty.hidden = true;
    this.more = button(accountStrings.moreActivity, "button", () => void this.loadMore());
    this.more.hidden = true;
    this.body.append(this.empty, this.list, this.more);
    /** @type {number | string | null} */
    this.next = null;
  }

  load() {
    return fill(this.status, async () => {
      const page = await this.tools.api.audit(null, PAGE);
      this.list.replaceChildren();
      this.add(page);
    });
  }

  async loadMore() {
    const { length } = this.list.children;
    await fill(this.status, async () => this.add(await this.tools.api.audit(this.next, PAGE)));
    const first = this.list.children[length];
    if (this.more.hidden && first instanceof HTMLElement) first.focus();
  }

  /** @param {AuditPage} page */
  add({ entries, next }) {
    this.next = next;
    this.list.append(...entries.map((entry) => this.item(entry)));
    this.more.hidden = next === null;
    this.empty.hidden = this.list.children.length > 0;
  }

  /** @param {AuditEntry} entry */
  item(entry) {
    const { text, by } = auditWords(entry, this.me.id);
    const time = el("time", "", this.moment(entry.at));
    time.dateTime = entry.at;
    time.title = this.tools.time.full(entry.at);
    const about = el("span", "settings-item-about", time, ...(by ? [" · ", by] : []));
    const item = el("li", "sent", el("div", "settings-item-text", el("span", "", text), about));
    item.tabIndex = -1;
    return item;
  }
}
