import { laterStrings } from "../core/later-strings.js";
import { notificationWords } from "../core/mute.js";
import { conversationName } from "../core/people.js";
import { arrange, button, el, part } from "./dom.js";
import { fill, Status } from "./settings-status.js";

/** The conversations that tell less than everything. */
export class MutedConversations {
  /** @param {{api: NotificationsApi, session: Session, turn: import("../core/turn.js").Turn, time: TimeFormat}} tools */
  constructor({ api, session, turn, time }) {
    this.api = api;
    this.session = session;
    this.time = time;
    this.list = part("muted-list", HTMLUListElement);
    this.status = new Status("muted-status", turn);
  }

  load() {
    return fill(this.status, () => this.loadList());
  }

  async loadList() {
    const { conversations } = await this.api.muted();
    part("muted-empty", HTMLParagraphElement).hidden = conversations.length > 0;
    arrange(this.list, conversations.map((conversation) => this.item(conversation)), part("muted-title", HTMLHeadingElement));
  }

  /** @param {Conversation} conversation */
  item(conversation) {
    const now = this.session.environment.clock.now();
    const name = conversationName(conversation, this.session.me.id);
    const title = el("span", "settings-item-name", name);
    title.dir = "auto";
    const about = el("span", "settings-item-about", notificationWords(conversation.notifications, this.time, now));
    const unmute = button(laterStrings.unmute, "button button-small", () => this.unmute(conversation.id));
    unmute.dataset.key = String(conversation.id);
    unmute.setAttribute("aria-label", laterStrings.notificationsOf(name));
    return el("li", "settings-item", el("div", "settings-item-text", title, about), unmute);
  }

  /** @param {number} id */
  unmute(id) {
    this.status.save(async () => {
      const { notifications } = await this.api.choose(id, { level: "all", muted_until: null });
      this.session.notificationsChanged(id, notifications);
      await this.loadList();
    });
  }
}
