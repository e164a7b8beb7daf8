import { laterStrings } from "../core/later-strings.js";
import { unreadIn } from "../core/people.js";
import { neighbour, shortcutOf } from "../core/shortcuts.js";
import { pathOf } from "../core/route.js";
import { part } from "./dom.js";

const NOT_WRITING = ["checkbox", "radio", "button", "submit", "reset", "range", "color", "file", "image"];

/** The shortcuts of the page (core/shortcuts.js) and what they do. */
export class Keyboard {
  /**
   * @param {object} tools
   * @param {Session} tools.session
   * @param {import("../core/preferences.js").Preferences} tools.preferences
   * @param {import("./parts.js").Parts} tools.parts
   * @param {() => boolean} tools.isShown
   * @param {(id: number | null) => void} tools.go
   * @param {(path: string) => void} tools.visit
   * @param {() => void} tools.reply
   */
  constructor({ session, preferences, parts, isShown, go, visit, reply }) {
    this.session = session;
    this.preferences = preferences;
    this.isShown = isShown;
    this.go = go;
    this.visit = visit;
    /** @type {Record<ShortcutAction, (event: KeyboardEvent) => void>} */
    this.actions = {
      switcher: () => parts.use(parts.switcher, (switcher) => switcher.toggle()),
      search: () => this.search(),
      previous: () => this.move(-1, false),
      next: () => this.move(1, false),
      previousUnread: () => this.move(-1, true),
      nextUnread: () => this.move(1, true),
      readNext: () => this.readNext(),
      reply,
      escape: (event) => this.escape(event),
      keys: () => parts.use(parts.keys, (keys) => keys.open()),
    };
    // What is held with Alt or Ctrl is meant for the page before the field it is pressed in; a key alone belongs to the field.
    document.addEventListener("keydown", (event) => isHeld(event) && this.pressed(event), { capture: true });
    document.addEventListener("keydown", (event) => isHeld(event) || this.pressed(event));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.defaultPrevented || event.isComposing || !this.isShown()) return;
    const situation = { isWriting: isWriting(event.target), hasSingleKeys: this.preferences.isOn("hark-single-keys") };
    const action = shortcutOf(event, situation);
    if (!action || this.isCovered(action)) return;
    if (action !== "escape") event.preventDefault();
    if (isHeld(event)) event.stopPropagation();
    this.actions[action](event);
  }

  /** What lies over the page has the keyboard; only the switcher is closed by what opened it. @param {ShortcutAction} action */
  isCovered(action) {
    const dialog = document.querySelector("dialog[open]");
    if (dialog) return !(dialog.id === "switcher" && action === "switcher");
    return document.querySelector("[popover]:popover-open") !== null;
  }

  search() {
    const field = part("search-query", HTMLInputElement);
    if (!field.checkVisibility()) this.go(null);
    field.focus();
    field.select();
  }

  /** @param {1 | -1} step @param {boolean} isUnread */
  move(step, isUnread) {
    const id = this.neighbour(step, isUnread);
    if (id !== null) this.go(id);
    else if (isUnread) this.say(laterStrings.nothingUnread);
  }

  /** Without going to the message field, so that the next single key is one. */
  readNext() {
    const id = this.neighbour(1, true);
    if (id === null) {
      this.say(laterStrings.nothingUnread);
      return;
    }
    this.visit(pathOf(id));
    queueMicrotask(() => part("log-scroller", HTMLDivElement).focus());
  }

  /** @param {1 | -1} step @param {boolean} isUnread */
  neighbour(step, isUnread) {
    const conversations = this.session.store.conversationsInOrder();
    const all = conversations.map(({ id }) => id);
    const some = isUnread ? conversations.filter((each) => unreadIn(each) > 0).map(({ id }) => id) : all;
    return neighbour(some, all, this.session.opened?.id ?? null, step);
  }

  /** @param {KeyboardEvent} event */
  escape({ target }) {
    if (isWriting(target)) this.leaveField(target);
    else if (this.session.conversation()?.unread) this.markRead();
    else if (location.pathname !== "/") this.go(null);
  }

  /** What is written is not left by accident. @param {EventTarget | null} field */
  leaveField(field) {
    const isEmpty = field instanceof HTMLTextAreaElement && field.value === "";
    if (isEmpty && this.session.opened) part("log-scroller", HTMLDivElement).focus();
  }

  markRead() {
    const conversation = this.session.conversation();
    if (!conversation) return;
    this.session.seen(conversation.last_seq);
    const jump = part("jump", HTMLButtonElement);
    if (!jump.hidden) jump.click();
    this.say(laterStrings.markedRead);
  }

  /** @param {string} text */
  say(text) {
    part("said", HTMLParagraphElement).textContent = text;
  }
}

/** @param {KeyboardEvent} event */
function isHeld({ ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey;
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  if (target instanceof HTMLInputElement) return !NOT_WRITING.includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLElement && target.isContentEditable);
}
