import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { isMuted, muteEnd, notificationState, notificationWords } from "../core/mute.js";
import { strings } from "../core/strings.js";
import { batched, el, icon, part } from "./dom.js";

/** @typedef {import("../core/mute.js").MuteSpan} MuteSpan */
/** @typedef {import("./menu.js").MenuItem} MenuItem */

const PICTURES = { all: "bell", mentions: "mention", none: "bell-off", muted: "bell-off" };
const LEVELS = /** @type {const} */ (["all", "mentions", "none"]);
const SPANS = /** @type {const} */ (["hour", "morning", "forever"]);

/** What the open conversation tells of: shown in its header, and chosen there. */
export class NotificationsMenu {
  /** @param {{api: NotificationsApi, session: Session, menu: import("./menu.js").Menu, time: TimeFormat}} tools */
  constructor({ api, session, menu, time }) {
    this.api = api;
    this.session = session;
    this.menu = menu;
    this.time = time;
    this.opener = part("open-notifications", HTMLButtonElement);
    this.opener.addEventListener("click", () => this.open());
    const render = batched(() => this.render());
    for (const topic of ["opened", "conversations", "connection"]) session.on(topic, render);
  }

  now() {
    return this.session.environment.clock.now();
  }

  /** Each answer to a poll is a moment to see that a pause has ended. */
  render() {
    const notifications = this.session.conversation()?.notifications;
    this.opener.hidden = notifications === undefined;
    if (!notifications) return;
    const words = laterStrings.notificationsAre(notificationWords(notifications, this.time, this.now()));
    if (this.opener.title === words) return;
    this.opener.title = words;
    this.opener.setAttribute("aria-label", words);
    const state = notificationState(notifications, this.now());
    this.opener.replaceChildren(icon(PICTURES[state]));
    this.opener.classList.toggle("is-quiet", state !== "all");
  }

  open() {
    const conversation = this.session.conversation();
    if (!conversation) return;
    const { id, notifications } = conversation;
    const heading = isMuted(notifications, this.now()) ? this.heading(notifications) : null;
    this.menu.open(this.opener, [...this.levels(id, notifications), "line", ...this.pauses(id, notifications)], heading);
  }

  /** @param {ConversationNotifications} notifications */
  heading(notifications) {
    const heading = el("div", "menu-heading", el("strong", "", notificationWords(notifications, this.time, this.now())));
    heading.setAttribute("role", "presentation");
    return heading;
  }

  /** @param {number} id @param {ConversationNotifications} notifications @returns {MenuItem[]} */
  levels(id, notifications) {
    return LEVELS.map((level) => ({
      label: strings.levels[level],
      icon: PICTURES[level],
      isChecked: notifications.level === level,
      action: () => this.choose(id, { level, muted_until: this.pauseOf(notifications) }),
    }));
  }

  /** @param {number} id @param {ConversationNotifications} notifications @returns {MenuItem[]} */
  pauses(id, { level, ...notifications }) {
    const pause = (/** @type {string} */ label, /** @type {string} */ picture, /** @type {() => string | null} */ end) => ({
      label,
      icon: picture,
      action: () => this.choose(id, { level, muted_until: end() }),
    });
    const spans = SPANS.map((span) => pause(laterStrings.muteSpans[span], "clock", () => muteEnd(span, this.now())));
    const isPaused = isMuted({ level, ...notifications }, this.now());
    return isPaused ? [pause(laterStrings.unmute, "bell", () => null), ...spans] : spans;
  }

  /** A pause that is over is not sent along. @param {ConversationNotifications} notifications */
  pauseOf(notifications) {
    return isMuted(notifications, this.now()) ? notifications.muted_until : null;
  }

  /** @param {number} id @param {ConversationNotifications} chosen */
  async choose(id, chosen) {
    try {
      const { notifications } = await this.api.choose(id, chosen);
      this.session.notificationsChanged(id, notifications);
      this.say(laterStrings.notificationsAre(notificationWords(notifications, this.time, this.now())));
    } catch (error) {
      this.session.noticed(laterStrings.notSaved(explainLater(error)));
    }
  }

  /** @param {string} text */
  say(text) {
    part("said", HTMLParagraphElement).textContent = text;
  }
}
