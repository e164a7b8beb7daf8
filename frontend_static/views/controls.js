import { laterStrings } from "../core/later-strings.js";
import { NotificationsApi } from "../core/notifications-api.js";
import { SETTINGS } from "../core/route.js";
import { el } from "./dom.js";
import { Keyboard } from "./keyboard.js";
import { MentionList } from "./mention-list.js";
import { ClosedBar } from "./closed-bar.js";
import { Menu } from "./menu.js";
import { MessageCommands } from "./message-commands.js";
import { NotificationsMenu } from "./notifications-menu.js";
import { ReachView } from "./reach.js";
import { Relations } from "./relations.js";
import { Toasts } from "./toasts.js";

/**
 * What a person finds on the page besides reading and writing: menus, shortcuts, completion, and what became of their
 * message. It is loaded when the chat is on the screen, so that the chat is there sooner.
 */
export class Controls {
  /** @param {import("./parts.js").PartTools & {parts: import("./parts.js").Parts}} tools */
  constructor({ parts, session, time, preferences, composer, messages, isShown, go, visit, signOut }) {
    this.session = session;
    this.parts = parts;
    this.visit = visit;
    this.signOut = signOut;
    this.menu = new Menu();
    const api = new NotificationsApi(session.api);
    const toasts = new Toasts(session.environment.clock);
    composer.toasts = toasts;
    const relations = new Relations({ session, toasts, report: (seq) => parts.use(parts.report, (dialog) => dialog.open(seq)), go });
    this.commands = new MessageCommands({ session, menu: this.menu, composer, toasts, relations });
    new ClosedBar({ session, relations }).render();
    new NotificationsMenu({ api, session, menu: this.menu, time }).render();
    new Keyboard({ session, preferences, parts, isShown, go, visit, reply: () => composer.replyToLast() });
    composer.mentions = new MentionList({
      text: composer.text,
      people: () => composer.people(),
      completed: () => composer.changed(),
    });
    const during = (/** @type {() => void} */ change) => messages.keeper.during(change);
    messages.reach = new ReachView({ session, api, time, during });
    messages.render();
  }

  /** @param {HTMLElement} opener */
  openAccountMenu(opener) {
    const { name, email } = this.session.me;
    const heading = el("div", "menu-heading", el("strong", "", name), el("span", "", email));
    heading.setAttribute("role", "presentation");
    const settings = { label: laterStrings.settings, icon: "settings", action: () => this.visit(SETTINGS) };
    const signOut = { label: laterStrings.signOut, icon: "sign-out", action: () => this.signOut() };
    const { keys } = this.parts;
    const keyboard = { label: laterStrings.keyboard, icon: "keyboard", action: () => this.parts.use(keys, (dialog) => dialog.open()) };
    this.menu.open(opener, [settings, keyboard, signOut], heading);
  }
}
