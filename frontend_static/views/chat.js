import { Preferences } from "../core/preferences.js";
import { conversationOf, isSettings, messageOf, pathOf } from "../core/route.js";
import { strings } from "../core/strings.js";
import { personAvatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { showConnection } from "./connection.js";
import { ConversationHeader } from "./conversation-header.js";
import { ConversationList } from "./conversation-list.js";
import { part } from "./dom.js";
import { onLanguage } from "./language.js";
import { MessageList } from "./message-list.js";
import { Parts } from "./parts.js";
import { RowActions } from "./row-actions.js";
import { Title } from "./title.js";

/** @typedef {import("./attention.js").Attention} Attention */

/** The whole page of somebody who is signed in. It lives until another person signs in, which loads the page anew. */
export class Chat {
  /** @param {{session: Session, isShared: boolean, time: TimeFormat, attention: Attention, signOut: (end?: () => Promise<void>, path?: string) => Promise<void>}} tools */
  constructor({ session, isShared, time, attention, signOut }) {
    this.session = session;
    // What was deleted here is deleted, whoever comes next.
    this.signOut = async (/** @type {(() => Promise<void>) | undefined} */ end, /** @type {string | undefined} */ path) => {
      await session.changes.writes?.deletions.flush();
      await signOut(end, path);
    };
    this.root = part("chat", HTMLElement);
    this.isInSettings = false;
    this.composer = new Composer({ session, draftsChanged: () => this.list.render() });
    const go = (/** @type {number | null} */ id) => this.go(id);
    const visit = (/** @type {string} */ path) => this.visit(path);
    this.preferences = new Preferences(() => localStorage);
    const { preferences } = this;
    const isAttentive = () => attention.isAttentive();
    const showKeys = () => this.parts.use(this.parts.keys, (keys) => keys.open());
    this.list = new ConversationList({ session, time, draftOf: (id) => this.composer.draftOf(id), go });
    // It comes before the messages: it shows the pane that they measure when they bring the reader to their place.
    new ConversationHeader({ session, search: (id) => this.searchIn(id), manage: () => this.parts.use(this.parts.group, (group) => group.open()) });
    this.messages = new MessageList({
      session,
      time,
      isAttentive,
      actions: new RowActions({
        session,
        visit,
        command: (use) => this.parts.use(this.parts.controls, ({ commands }) => use(commands)),
      }),
    });
    const { composer, messages } = this;
    this.parts = new Parts(
      {
        ...{ session, isShared, time, preferences, composer, messages },
        ...{ go, visit, isAttentive, showKeys, isShown: () => this.isShown(), signOut: this.signOut },
      },
      () => this.say(strings.partNotLoaded),
    );
    showConnection(session, time);
    this.title = new Title(session);
    if (preferences.isOn("hark-sound")) this.parts.use(this.parts.sound, () => {});
    this.bind();
    onLanguage(() => {
      time.followLocale();
      this.translate();
    });
    attention.watch({
      came: () => this.came(),
      left: () => session.turnedAway(),
      looked: () => {
        this.messages.look();
        session.poller.follow();
      },
    });
  }

  bind() {
    for (const id of ["back", "missing-back"]) {
      part(id, HTMLAnchorElement).addEventListener("click", (event) => this.back(event));
    }
    for (const id of ["new-conversation", "list-empty-new"]) {
      part(id, HTMLButtonElement).addEventListener("click", () => this.parts.use(this.parts.people, (people) => people.open()));
    }
    part("search-query", HTMLInputElement).addEventListener("focus", () => this.parts.use(this.parts.search, (search) => search.typed()));
    part("search", HTMLFormElement).addEventListener("submit", (event) => this.search(event));
    const account = part("account", HTMLButtonElement);
    account.replaceChildren(personAvatar(this.session.me));
    account.addEventListener("click", () => this.parts.use(this.parts.controls, (controls) => controls.openAccountMenu(account)));
    addEventListener("popstate", () => this.follow());
  }

  show() {
    this.root.hidden = false;
    this.title.render();
    this.follow();
  }

  hide() {
    this.root.hidden = true;
    this.title.clear();
  }

  /** The page speaks another language now: everything is said anew. */
  translate() {
    for (const topic of ["conversations", "opened", "messages", "typing", "connection"]) this.session.emit(topic);
  }

  isShown() {
    return !this.root.hidden;
  }

  /** @param {string} text shown until the next word from the server */
  say(text) {
    const line = part("status-line", HTMLParagraphElement);
    line.textContent = text;
    line.hidden = false;
  }

  came() {
    this.session.wake();
    this.messages.look();
    this.messages.reach?.keeper.wake();
    this.parts.notifying().then(({ push }) => push.look(), () => {});
  }

  /** @param {string} path */
  visit(path) {
    if (path !== location.pathname) history.pushState(null, "", path);
    this.follow();
  }

  /** A notification was clicked: its conversation has news. @param {string} path */
  openFromNotification(path) {
    this.visit(path);
    this.came();
  }

  /** @param {number | null} id */
  go(id) {
    const left = this.session.opened?.id;
    this.visit(pathOf(id));
    // What is to have the focus is on the screen after the views have heard of it.
    queueMicrotask(() => this.focus(id, left));
  }

  /** @param {number | null} id @param {number | undefined} left the conversation that was open */
  focus(id, left) {
    const isTouch = matchMedia("(hover: none)").matches;
    if (id === null) this.list.focus(left);
    else if (isTouch || this.composer.form.hidden) part("open-title", HTMLHeadingElement).focus();
    else this.composer.focus();
  }

  /** The form that had the focus is gone. */
  arrive() {
    const id = this.session.opened?.id ?? null;
    if (id === null) part("chat-title", HTMLHeadingElement).focus();
    else this.focus(id, undefined);
  }

  /** Show what the address names. */
  follow() {
    const id = conversationOf(location.pathname);
    const inSettings = isSettings(location.pathname);
    delete this.root.dataset.finding;
    this.root.dataset.pane = inSettings ? "settings" : id === null ? "list" : "conversation";
    this.session.open(id, messageOf(location.pathname));
    this.messages.render();
    if (inSettings !== this.isInSettings) this.parts.use(this.parts.settings, (settings) => settings.follow(isSettings(location.pathname)));
    this.isInSettings = inSettings;
  }

  /** @param {SubmitEvent} event */
  search(event) {
    event.preventDefault();
    this.parts.use(this.parts.search, (search) => search.now());
  }

  /** @param {number} id */
  searchIn(id) {
    this.parts.use(this.parts.search, (search) => search.open(id));
  }

  /** @param {MouseEvent} event */
  back(event) {
    event.preventDefault();
    this.go(null);
  }
}
