import { accountStrings } from "../../core/account-strings.js";
import { auditWords } from "../../core/audit-words.js";
import { el } from "../dom.js";
import { Pages } from "../pages.js";
import { Section } from "./section.js";

/** What happened to the account, newest first. */
export class Activity extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("activity", accountStrings.activityTitle, accountStrings.activityLead, tools);
    const list = el("ol", "settings-list");
    list.setAttribute("aria-labelledby", this.title.id);
    const empty = el("p", "settings-empty", accountStrings.noActivity);
    empty.hidden = true;
    const more = el("button", "button", accountStrings.moreActivity);
    Object.assign(more, { type: "button", hidden: true });
    this.body.append(empty, list, more);
    const { api } = tools;
    const ask = (/** @type {number | string | null} */ next, /** @type {number} */ limit) => api.audit(next, limit);
    this.pages = new Pages({ list, more, empty, status: this.status, ask, item: (/** @type {AuditEntry} */ entry) => this.item(entry) });
  }

  load() {
    return this.pages.load();
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
