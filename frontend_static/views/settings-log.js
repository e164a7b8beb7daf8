import { laterStrings } from "../core/later-strings.js";
import { conversationName } from "../core/people.js";
import { pathOf } from "../core/route.js";
import { el, icon, part } from "./dom.js";
import { fill, Status } from "./settings-status.js";

const PAGE = 20;

/** What was sent to this person or held back, and why; newest first. */
export class NotificationLog {
  /** @param {{api: NotificationsApi, session: Session, turn: import("../core/turn.js").Turn, time: TimeFormat, go: (id: number) => void}} tools */
  constructor({ api, session, turn, time, go }) {
    this.api = api;
    this.session = session;
    this.time = time;
    this.go = go;
    this.list = part("sent-list", HTMLOListElement);
    this.more = part("sent-more", HTMLButtonElement);
    this.status = new Status("sent-status", turn);
    /** @type {number | null} */
    this.next = null;
    this.more.addEventListener("click", () => this.loadMore());
    part("sent-again", HTMLButtonElement).addEventListener("click", () => this.load());
  }

  load() {
    return fill(this.status, async () => {
      const page = await this.api.log(null, PAGE);
      this.list.replaceChildren();
      this.add(page);
    });
  }

  async loadMore() {
    const { length } = this.list.children;
    await fill(this.status, async () => this.add(await this.api.log(this.next, PAGE)));
    const first = this.list.children[length];
    if (this.more.hidden && first instanceof HTMLElement) first.focus();
  }

  /** @param {LogPage} page */
  add({ entries, next }) {
    this.next = next;
    this.list.append(...entries.map((entry) => this.item(entry)));
    this.more.hidden = next === null;
    part("sent-empty", HTMLParagraphElement).hidden = this.list.children.length > 0;
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
