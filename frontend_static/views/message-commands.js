import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { MessageWrites } from "../core/message-writes.js";
import { isClosed } from "../core/people.js";
import { hasReacted } from "../core/reactions.js";
import { pathOf } from "../core/route.js";
import { strings } from "../core/strings.js";
import { copyText } from "./clipboard.js";
import { el, icon, part } from "./dom.js";
import { DeletionsView } from "./deletions.js";
import { isTouch, onLongPress } from "./touch.js";

/** The first that come to mind. */
const QUICK = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/**
 * @typedef {import("./composer.js").Composer} Composer
 * @typedef {import("./menu.js").Menu} Menu
 * @typedef {import("./menu.js").MenuItem} MenuItem
 * @typedef {import("./toasts.js").Toasts} Toasts
 */

/** What can be done to a message: from its menu, its buttons, and its reactions. */
export class MessageCommands {
  /** @param {{session: Session, menu: Menu, composer: Composer, toasts: Toasts, relations: import("./relations.js").Relations}} tools */
  constructor({ session, menu, composer, toasts, relations }) {
    this.relations = relations;
    this.session = session;
    this.writes = new MessageWrites(session);
    this.popup = menu;
    this.composer = composer;
    this.toasts = toasts;
    new DeletionsView({ writes: this.writes, toasts, undone: () => this.backToText() });
    onLongPress(part("log", HTMLDivElement), (target) => this.held(target));
  }

  /** @param {MessageRow} row @param {HTMLElement} opener */
  menu(row, opener) {
    const reactions = this.isClosed() ? null : this.quickReactions(row, opener);
    this.popup.open(opener, this.items(row), reactions, { isSheet: isTouch() });
  }

  /** A finger rests on a message. @param {Element} target */
  held(target) {
    // A link has a menu of its own.
    if (target.closest("a[target]")) return;
    const opener = target.closest("article")?.querySelector(".message-actions");
    if (opener instanceof HTMLElement) opener.click();
  }

  /** @param {MessageRow} row @returns {MenuItem[]} */
  items(row) {
    const reply = { label: strings.reply, icon: "reply", action: () => this.reply(row) };
    const copy = { label: laterStrings.copy, icon: "copy", action: () => this.copy(row.text) };
    const link = { label: laterStrings.copyLink, icon: "link", action: () => this.copy(this.linkOf(row)) };
    const edit = { label: laterStrings.edit, icon: "edit", action: () => this.edit(row) };
    const remove = { label: laterStrings.remove, icon: "delete", danger: true, action: () => this.remove(row) };
    const unread = { label: laterStrings.markUnread, icon: "unread", action: () => this.markUnread(row) };
    if (row.own) return this.isClosed() ? [copy, link, remove] : [reply, edit, copy, link, remove];
    const relation = this.relations.items(row);
    return this.isClosed() ? [copy, link, ...relation] : [reply, copy, link, unread, ...relation];
  }

  /** Whether nothing can be said to a message there. */
  isClosed() {
    return isClosed(this.session.conversation());
  }

  /** @param {MessageRow} row @param {HTMLElement} opener */
  quickReactions(row, opener) {
    const message = this.messageOf(row);
    const reactions = message ? this.writes.reactions.of(this.conversation(), message) : [];
    const quick = QUICK.map((emoji) => ({
      text: emoji,
      label: laterStrings.reactWith(emoji),
      isPressed: hasReacted(reactions, emoji, this.session.me.id),
      action: () => this.react(row, emoji),
    }));
    const more = { text: icon("react"), label: laterStrings.moreEmoji, action: () => this.pick(row, opener) };
    const line = this.popup.row([...quick, more]);
    return el("div", "menu-reactions", line);
  }

  /** @param {MessageRow} row @param {HTMLElement} opener */
  async pick(row, opener) {
    const { openEmojiPicker } = await import("./emoji-picker.js");
    const picked = (/** @type {string} */ emoji) => this.react(row, emoji);
    openEmojiPicker({ menu: this.popup, opener, picked, isSheet: isTouch() });
  }

  /** @param {MessageRow} row */
  reply(row) {
    const message = this.messageOf(row);
    if (message) this.composer.reply(message);
  }

  /** @param {MessageRow} row @param {string} emoji */
  async react(row, emoji) {
    const message = this.messageOf(row);
    if (!message) return;
    await this.attempt(this.writes.reactions.toggle(this.conversation(), message, emoji), laterStrings.reactionNotSaved);
  }

  /** @param {MessageRow} row */
  edit(row) {
    const message = this.messageOf(row);
    if (message) this.composer.edit(message);
  }

  /** @param {MessageRow} row */
  remove(row) {
    if (row.seq === null) return;
    this.composer.stopIfEditing(row.seq);
    this.writes.deletions.add(this.conversation(), row.seq);
    this.backToText();
  }

  /** The message is gone, and with it the button that had the focus. */
  backToText() {
    if (!isTouch()) this.composer.focus();
  }

  /** @param {MessageRow} row */
  async markUnread(row) {
    if (row.seq === null) return;
    const isDone = await this.attempt(this.writes.markUnread(this.conversation(), row.seq), laterStrings.notMarkedUnread);
    if (isDone) this.toasts.say(laterStrings.markedUnread);
  }

  /** @param {string} text */
  async copy(text) {
    this.toasts.say(await copyText(text));
  }

  /** @param {Promise<void>} change @param {(reason: string) => string} failed the words for it */
  async attempt(change, failed) {
    try {
      await change;
      return true;
    } catch (error) {
      this.toasts.say(failed(explainLater(error)));
      return false;
    }
  }

  /** @param {OutboxEntry} entry */
  rewrite(entry) {
    this.session.outbox.discard(entry.clientId);
    this.composer.rewrite(entry.text, entry.replyTo);
  }

  conversation() {
    return this.session.opened?.id ?? 0;
  }

  /** @param {MessageRow} row */
  messageOf({ seq }) {
    return this.session.log()?.bySeq.get(seq ?? 0);
  }

  /** @param {MessageRow} row */
  linkOf({ seq }) {
    return location.origin + pathOf(this.conversation(), seq);
  }
}
