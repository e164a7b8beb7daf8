import { isSignedOut } from "./api-error.js";
import { ConversationLoader } from "./conversation-loader.js";
import { ConversationPages } from "./conversation-pages.js";
import { Drafts } from "./drafts.js";
import { Emitter } from "./emitter.js";
import { MessageChanges } from "./message-changes.js";
import { News } from "./news.js";
import { Opened } from "./opened.js";
import { Outbox } from "./outbox.js";
import { Reader } from "./reader.js";
import { Store } from "./store.js";
import { strings } from "./strings.js";
import { TypingPeople, TypingSender } from "./typing.js";

/** A page that has heard nothing for so long says of what time it is. */
const QUIET_MS = 3000;

/** @typedef {import("./snapshot.js").Snapshot} Snapshot */

/**
 * One signed-in person at one page: joins the store, the poller, the outbox and the reader, and knows which conversation
 * is open. Topics: `conversations`, `opened`, `messages`, `news` (the server said something new), `typing`, `connection`,
 * `leader` (this tab is now the one that `tabs.isLeader()`, or no longer), `signed-out`, `gone`.
 */
export class Session extends Emitter {
  /** @param {{api: Api, me: Me, storage: OutboxStorage, environment: Environment, drafts?: Drafts, snapshot?: Snapshot | null}} tools */
  constructor({ api, me, storage, environment, drafts, snapshot = null }) {
    super();
    const { clock, random, newId } = environment;
    this.api = api;
    this.me = me;
    this.environment = environment;
    this.store = snapshot?.store ?? new Store();
    this.drafts = drafts ?? new Drafts({ stores: null, clock });
    /** @type {Opened | null} */
    this.opened = null;
    /** @type {{failures: number, syncedAt: number | null}} */
    this.connection = { failures: 0, syncedAt: snapshot?.syncedAt ?? null };
    this.hasHeard = false;
    this.pages = new ConversationPages(api);
    this.loader = new ConversationLoader({
      api,
      environment,
      meId: me.id,
      store: () => this.store,
      isWanted: (opened) => this.opened === opened && this.poller.running,
      events: {
        loaded: () => this.loaded(),
        changed: () => this.emit("opened"),
        more: () => this.emit("messages"),
        signedOut: () => this.signedOut(),
      },
    });
    this.poller = new News(this).poller;
    this.tabs = this.poller.tabs;
    this.outbox = new Outbox({
      send: (entry) => api.send(entry),
      storage,
      clock,
      random,
      newId,
      events: {
        changed: () => this.emit("messages"),
        sent: (entry, message) => this.sent(entry, message),
        signedOut: () => this.signedOut(),
        notKept: () => this.noticed(strings.notKept),
      },
    });
    this.reader = new Reader({
      put: (id, seq) => api.read(id, seq),
      clock,
      random,
      acknowledged: (id, seq) => this.readAcknowledged(id, seq),
    });
    this.changes = new MessageChanges({ session: this, api, clock });
    this.typing = new TypingSender({ put: (id) => api.typing(id), clock });
    this.typingPeople = new TypingPeople({ clock, changed: () => this.emit("typing") });
  }

  // Life

  start() {
    this.poller.start();
    this.outbox.start();
    if (this.opened && this.opened.status !== "ready") this.loader.load(this.opened);
    this.environment.clock.setTimeout(() => this.lookIfHeard(), QUIET_MS);
  }

  /** What is shown may be of yesterday: say so when the server has had its time. */
  lookIfHeard() {
    if (!this.hasHeard && this.poller.running) this.unheard(Math.max(this.connection.failures, 2));
  }

  /** The page leaves the screen, perhaps to be brought back as it is. */
  rest() {
    this.poller.rest();
    this.drafts.save();
    this.log()?.rest();
    this.emit("messages");
  }

  /** Signed out by the server: everything stays, so that the same person can go on after signing in. */
  stop() {
    this.poller.stop();
    this.outbox.stop();
    this.reader.stop();
    this.loader.stop();
  }

  /**
   * Signed out by the person; what the browser keeps of them is wiped by whoever keeps it.
   * @param {boolean} [isSignedIn] whether the server is still to be told
   */
  async leave(isSignedIn = true) {
    try {
      if (isSignedIn) await this.api.logout();
    } catch (error) {
      if (!isSignedOut(error)) throw error;
    }
    this.stop();
  }

  /** The person or the network is back. */
  wake() {
    if (!this.poller.running) return;
    if (this.poller.wake() && this.opened) this.opened.isReturning = true;
    this.outbox.retryNow();
    this.outbox.adopt();
    if (this.opened?.status === "failed") this.loader.load(this.opened);
  }

  /** The person turned away: what arrives from now on is new to them. */
  turnedAway() {
    this.opened?.rememberRead(this.conversation());
    this.reader.release();
    this.poller.follow();
  }

  // What is open

  /** The open conversation, once it is known. */
  conversation() {
    return this.opened ? this.store.conversations.get(this.opened.id) : undefined;
  }

  log() {
    return this.opened ? this.store.logs.get(this.opened.id) : undefined;
  }

  /** @param {number | null} id @param {number | null} [seq] the message to begin at */
  open(id, seq = null) {
    if ((this.opened?.id ?? null) === id) {
      if (seq !== null) this.goTo(seq);
      return;
    }
    this.opened = id === null ? null : new Opened(id, seq);
    this.reader.release();
    this.typingPeople.clear();
    if (this.opened) this.show(this.opened);
    this.emit("opened");
    this.poller.follow();
  }

  /** @param {Opened} opened */
  show(opened) {
    const log = this.log();
    const conversation = this.conversation();
    if (!log || !opened.isWithin(log, conversation)) {
      this.store.logs.delete(opened.id);
      this.loader.load(opened);
      return;
    }
    opened.status = "ready";
    opened.hasBegun = true;
    // With nothing to catch up on the poll may be held for long, and what it brings then was not missed.
    opened.isReturning = !this.hasHeard || (conversation?.rev ?? 0) > log.cursor;
    opened.rememberRead(conversation);
  }

  /** Within the open conversation. @param {number | "end"} place a message, or the end */
  goTo(place) {
    const { opened } = this;
    const log = this.log();
    if (!opened) return;
    opened.place = place;
    opened.notice = "";
    if (!log || !log.reaches(place)) this.loader.load(opened);
    this.emit("opened");
  }

  /** The reader is where they wanted to be. */
  arrived() {
    if (this.opened) this.opened.place = null;
  }

  loaded() {
    this.emit("conversations");
    this.emit("opened");
    this.poller.follow();
  }

  loadOlder() {
    if (this.opened) this.loader.loadOlder(this.opened);
  }

  loadNewer() {
    if (this.opened) this.loader.loadNewer(this.opened);
  }

  async loadMoreConversations() {
    await this.pages.loadMore(this.store);
    this.emit("conversations");
  }

  // What the person does

  /** @param {string} text @param {number | null} replyTo the `seq` of the message it answers */
  send(text, replyTo = null) {
    if (!this.opened) return;
    this.typing.sent();
    this.outbox.add(this.opened.id, text, replyTo);
  }

  typed() {
    if (this.opened) this.typing.typed(this.opened.id);
  }

  /** @param {number} seq @param {string} text */
  async edit(seq, text) {
    if (this.opened) await this.change(this.opened.id, (id) => this.api.edit(id, seq, text));
  }

  /** @param {number} id @param {(id: number) => Promise<Message>} request */
  async change(id, request) {
    try {
      this.took(id, await request(id));
    } catch (error) {
      if (isSignedOut(error)) this.signedOut();
      throw error;
    }
  }

  /** @param {number} id @param {ConversationNotifications} notifications as the server has them now */
  notificationsChanged(id, notifications) {
    this.store.setNotifications(id, notifications);
    this.emit("conversations");
  }

  /** Say something above the open conversation. @param {string} text */
  noticed(text) {
    if (this.opened) this.opened.notice = text;
    this.emit("opened");
  }

  /** @param {number} seq the last message that is on the screen */
  seen(seq) {
    const conversation = this.conversation();
    if (conversation && conversation.unread > 0 && seq > conversation.read_seq) {
      this.reader.seen(conversation.id, seq, conversation.read_seq);
    }
  }

  /** The line goes where the person put it. @param {number} id */
  markedUnread(id) {
    if (this.opened?.id === id) {
      this.opened.rememberRead(this.conversation());
      this.opened.placeDivider(this.log()?.messages() ?? [], this.me.id, (this.conversation()?.unread ?? 0) > 0);
    }
    this.emit("messages");
    this.emit("conversations");
  }

  /** @param {Person[]} people @param {string} title @returns {Promise<number>} */
  async startConversation(people, title) {
    const ids = people.map(({ id }) => id);
    const conversation = ids.length === 1 ? await this.api.openDirect(ids[0]) : await this.api.openGroup(ids, title);
    this.store.addConversation(conversation);
    this.emit("conversations");
    return conversation.id;
  }

  // What the server says

  /** @returns {PollTarget} */
  pollTarget() {
    const log = this.log();
    return {
      cursor: this.store.cursor,
      conversation: log && this.opened ? this.opened.id : null,
      after: log ? log.cursor : null,
      visible: this.environment.isPresent(),
      mayWait: this.environment.isVisible(),
    };
  }

  /** @param {OutboxEntry} entry @param {Message} message */
  sent(entry, message) {
    this.took(entry.conversation, message);
    this.emit("news");
  }

  /** @param {number} id @param {Message} message */
  took(id, message) {
    this.store.mergeMessage(id, message);
    this.emit("messages");
    this.emit("conversations");
  }

  /** @param {number} id @param {number} seq */
  readAcknowledged(id, seq) {
    this.store.markRead(id, seq);
    this.emit("conversations");
  }

  heard() {
    const wasAway = this.connection.failures > 0;
    this.hasHeard = true;
    this.connection = { failures: 0, syncedAt: this.environment.clock.now() };
    this.emit("connection");
    if (wasAway) this.outbox.retryNow();
  }

  /** @param {number} failures */
  unheard(failures) {
    this.connection = { ...this.connection, failures };
    this.typingPeople.clear();
    this.emit("connection");
  }

  /** Several requests may hear it; whoever was told finds out once whether it is so. */
  signedOut() {
    if (!this.poller.running) return;
    this.stop();
    this.emit("signed-out");
  }

  /** The server was restored from a backup, and its numbers begin again. */
  startAfresh() {
    this.store = new Store();
    this.pages = new ConversationPages(this.api);
    if (this.opened) {
      this.opened = new Opened(this.opened.id);
      this.loader.load(this.opened);
    }
    this.emit("conversations");
    this.emit("opened");
    this.poller.wake();
  }

  /** @param {number} id */
  conversationGone(id) {
    this.store.dropConversation(id);
    if (this.opened?.id === id) this.opened.status = "missing";
    this.emit("conversations");
    this.emit("opened");
    this.poller.follow();
  }
}
