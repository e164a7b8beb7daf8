import { laterStrings } from "../core/later-strings.js";
import { conversationName } from "../core/people.js";
import { pathOf } from "../core/route.js";
import { el, icon, part } from "./dom.js";
import { Pages } from "./pages.js";
import { Status } from "./settings-status.js";

/** What was sent to this person or held back, and why; newest first. */
export class NotificationLog {
  /** @param {{api: NotificationsApi, session: Session, turn: import("../core/turn.js").Turn, time: TimeFormat, go: (id: number) => void}} tools */
  constructor({ api, session, turn, time, go }) {
    this.session = session;
    this.time = time;
    this.go = go;
    this.pages = new Pages({
      list: part("sent-list", HTMLOListElement),
      more: part("sent-more", HTMLButtonElement),
      empty: part("sent-empty", HTMLParagraphElement),
      status: new Status("sent-status", turn),
      ask: (/** @type {number | null} */ next, /** @type {number} */ limit) => api.log(next, limit),
      item: (/** @type {LogEntry} */ entry) => this.item(entry),
    });
    part("sent-again", HTMLButtonElement).addEventListener("click", () => this.load());
  }

  load() {
    return this.pages.load();
  }

  /** @param {LogEntry} entry */
  item(entry) {
    const time = el("time", "", this.time.moment(entry.at, this.session.environment.clock.now()));
    time.dateTime = entry.at;
    time.title = this.time.full(entry.at);
    const text = el("span", "sent-text", entry.text);
    text.dir = "auto";
    const about = el("span", "settings-item-about", time, ...(entry.conversation ? [" · ", this.link(entry.conversation)] : []));
    const item = el("li", "sent", icon(entry.channel === "email" ? "mail" : "bell"), el("div", "settings-item-text", text, about));
    item.tabIndex = -1;
    return item;
  }

  /** @param {{id: number, title: string}} conversation */
  link({ id, title }) {
    const known = this.session.store.conversations.get(id);
    const name = known ? conversationName(known, this.session.me.id) : title;
    const link = el("a", "", name || laterStrings.aConversation);
    link.dir = "auto";
    link.href = pathOf(id);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.go(id);
    });
    return link;
  }
}
