import { ApiError, isSignedOut, retryAfterOf } from "./api-error.js";
import { backoffSeconds } from "./backoff.js";
import { Emitter } from "./emitter.js";
import { Opened, pageSize } from "./opened.js";
import { Outbox } from "./outbox.js";
import { Poller } from "./poller.js";
import { Reader } from "./reader.js";
import { Store } from "./store.js";
import { strings } from "./strings.js";
import { TypingSender } from "./typing.js";

/** The server's first answer holds at most this many conversations; the list pages on from there. */
const FIRST_CONVERSATIONS = 50;

/**
 * One signed-in person at one page: joins the store, the poller, the outbox and the reader, and knows which conversation
 * is open. Topics: `conversations`, `opened`, `messages`, `typing`, `connection`, `signed-out`, `gone`.
 */
export class Session extends Emitter {
  /** @param {{api: Api, me: Me, storage: OutboxStorage, environment: Environment}} tools */
  constructor({ api, me, storage, environment }) {
    super();
    const { clock, random, newId } = environment;
    this.api = api;
    this.me = me;
    this.storage = storage;
    this.environment = environment;
    this.store = new Store();
    /** @type {Opened | null} */
    this.opened = null;
    /** @type {{failures: number, syncedAt: number | null}} */
    this.connection = { failures: 0, syncedAt: null };
    /** @type {{before: number | null, busy: boolean, isWhole: boolean}} */
    this.list = { before: null, busy: false, isWhole: false };
    this.loadFailures = 0;
    /** @type {unknown} */
    this.loadTimer = undefined;
    this.isResyncing = false;
    this.poller = new Poller({
      request: (target, etag, signal) => api.sync(target, etag, signal),
      target: () => this.pollTarget(),
      clock,
      random,
      events: {
        answered: (target, answer) => this.answered(target, answer),
        unchanged: () => this.unchanged(),
        failed: (failures) => this.unheard(failures),
        signedOut: () => this.signedOut(),
        cursorAhead: () => this.startAfresh(),
        conversationGone: (id) => this.conversationGone(id),
      },
    });
    this.outbox = new Outbox({
      send: (entry) => api.send(entry),
      storage,
      clock,
      random,
      newId,
      events: {
        changed: () => this.emit("messages"),
        sent: (entry, message) => this.took(entry.conversation, message),
        signedOut: () => this.signedOut(),
      },
    });
    this.reader = new Reader({
      put: (id, seq) => api.read(id, seq),
      clock,
      random,
      acknowledged: (id, seq) => this.readAcknowledged(id, seq),
    });
    this.typing = new TypingSender({ put: (id) => api.typing(id), clock });
  }

  // Life

  start() {
    this.poller.start();
    this.outbox.start();
    if (this.opened && this.opened.status !== "ready") this.load(this.opened);
  }

  /** Signed out by the server: everything stays, so that the same person can go on after signing in. */
  stop() {
    this.poller.stop();
    this.outbox.stop();
    this.reader.stop();
    this.environment.clock.clearTimeout(this.loadTimer);
  }

  /** Signed out by the person: nothing of theirs stays. */
  async leave() {
    try {
      await this.api.logout();
    } catch (error) {
      if (!isSignedOut(error)) throw error;
    }
    this.stop();
    await this.storage.clear();
  }

  /** The person or the network is back. */
  wake() {
    if (!this.poller.running) return;
    if (this.opened) this.opened.isReturning = true;
    this.poller.wake();
    this.outbox.retryNow();
    if (this.opened?.status === "failed") this.load(this.opened);
  }

  /** The person turned away: what arrives from now on is new to them. */
  turnedAway() {
    this.opened?.rememberRead(this.conversation());
    this.poller.wake();
  }

  // What is open

  /** The open conversation, once it is known. */
  conversation() {
    return this.opened ? this.store.conversations.get(this.opened.id) : undefined;
  }

  log() {
    return this.opened ? this.store.logs.get(this.opened.id) : undefined;
  }

  /** @param {number | null} id */
  open(id) {
    if ((this.opened?.id ?? null) === id) return;
    this.opened = id === null ? null : new Opened(id);
    this.store.typing = { conversation: null, people: [] };
    if (this.opened) this.show(this.opened);
    this.emit("opened");
    this.emit("typing");
    this.poller.wake();
  }

  /** @param {Opened} opened */
  show(opened) {
    if (!this.store.logs.has(opened.id)) {
      this.load(opened);
      return;
    }
    opened.status = "ready";
    opened.rememberRead(this.conversation());
  }

  /** @param {Opened} opened */
  async load(opened) {
    this.environment.clock.clearTimeout(this.loadTimer);
    opened.status = "loading";
    try {
      const conversation = this.store.conversations.get(opened.id) ?? (await this.api.conversation(opened.id));
      const page = await this.api.newestMessages(opened.id, pageSize(conversation));
      if (this.opened === opened) this.loaded(opened, conversation, page);
    } catch (error) {
      if (this.opened === opened) this.loadFailed(opened, error);
    }
  }

  /** @param {Opened} opened @param {Conversation} conversation @param {MessagePage} page */
  loaded(opened, conversation, page) {
    this.loadFailures = 0;
    this.store.addConversation(conversation);
    this.store.openLog(opened.id, page);
    opened.status = "ready";
    opened.isReturning = false;
    opened.rememberRead(conversation);
    opened.placeDivider(page.messages, this.me.id);
    this.emit("conversations");
    this.emit("opened");
    this.poller.wake();
  }

  /** @param {Opened} opened @param {unknown} error */
  loadFailed(opened, error) {
    if (isSignedOut(error)) {
      this.signedOut();
      return;
    }
    const isMissing = error instanceof ApiError && error.status === 404;
    opened.status = isMissing ? "missing" : "failed";
    if (!isMissing) {
      this.loadFailures += 1;
      const seconds = backoffSeconds(this.loadFailures, this.environment.random, retryAfterOf(error));
      this.loadTimer = this.environment.clock.setTimeout(() => this.loadAgain(opened), seconds * 1000);
    }
    this.emit("opened");
  }

  /** @param {Opened} opened */
  loadAgain(opened) {
    if (this.opened === opened && this.poller.running) this.load(opened);
  }

  async loadOlder() {
    const { opened } = this;
    const log = this.log();
    if (!opened || !log?.hasOlder || opened.older === "loading") return;
    opened.older = "loading";
    this.emit("messages");
    try {
      log.prepend(await this.api.olderMessages(opened.id, log.firstSeq));
      opened.older = "idle";
    } catch {
      opened.older = "failed";
    }
    this.emit("messages");
  }

  async loadMoreConversations() {
    const { list, store } = this;
    if (list.busy || list.isWhole || store.conversations.size < FIRST_CONVERSATIONS) return;
    list.busy = true;
    try {
      const page = await this.api.conversations(list.before);
      page.conversations.forEach((conversation) => store.addConversation(conversation));
      list.before = page.next;
      list.isWhole = page.next === null;
      this.emit("conversations");
    } catch {
      // Scrolling on asks again.
    } finally {
      list.busy = false;
    }
  }

  // What the person does

  /** @param {string} text */
  send(text) {
    if (!this.opened) return;
    this.typing.sent();
    this.outbox.add(this.opened.id, text);
  }

  typed() {
    if (this.opened) this.typing.typed(this.opened.id);
  }

  /** @param {number} seq @param {string} text */
  async edit(seq, text) {
    if (this.opened) await this.change(this.opened.id, (id) => this.api.edit(id, seq, text));
  }

  /** @param {number} seq */
  async remove(seq) {
    if (this.opened) await this.change(this.opened.id, (id) => this.api.remove(id, seq));
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

  /** @param {number} seq the last message that is on the screen */
  seen(seq) {
    const conversation = this.conversation();
    if (conversation && conversation.unread > 0 && seq > conversation.read_seq) this.reader.seen(conversation.id, seq);
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
      visible: this.environment.isVisible(),
    };
  }

  /** @param {PollTarget} target @param {SyncAnswer} answer */
  answered(target, answer) {
    if (this.store.applySync(target, answer)) {
      for (const { sender, client_id } of answer.messages) if (sender.id === this.me.id) this.outbox.discard(client_id);
      this.checkOpened(target, answer);
      this.emit("conversations");
      this.emit("messages");
      this.emit("typing");
    }
    this.heard();
  }

  /** @param {PollTarget} target @param {SyncAnswer} answer */
  checkOpened(target, answer) {
    const { opened } = this;
    const log = this.log();
    if (!opened) return;
    if (answer.left.includes(opened.id)) this.conversationGone(opened.id);
    if (!log || target.conversation !== opened.id) return;
    if (opened.isReturning || !this.environment.isAttentive()) opened.placeDivider(log.messages(), this.me.id);
    opened.isReturning = answer.has_more && opened.isReturning;
    if (log.hasHole()) this.resync(opened);
  }

  /**
   * The numbers of the messages have a hole, which the protocol rules out: load the conversation anew, and say so.
   * @param {Opened} opened
   */
  async resync(opened) {
    if (this.isResyncing) return;
    this.isResyncing = true;
    try {
      this.store.openLog(opened.id, await this.api.newestMessages(opened.id, 200));
      opened.notice = strings.resynced;
      this.emit("opened");
    } catch {
      // The hole is still there, and the next answer finds it again.
    } finally {
      this.isResyncing = false;
    }
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

  unchanged() {
    if (this.opened) this.opened.isReturning = false;
    this.heard();
  }

  heard() {
    this.connection = { failures: 0, syncedAt: this.environment.clock.now() };
    this.emit("connection");
  }

  /** @param {number} failures */
  unheard(failures) {
    this.connection = { ...this.connection, failures };
    this.store.typing = { conversation: null, people: [] };
    this.emit("typing");
    this.emit("connection");
  }

  signedOut() {
    this.stop();
    this.emit("signed-out");
  }

  /** The server was restored from a backup, and its numbers begin again. */
  startAfresh() {
    this.store = new Store();
    this.list = { before: null, busy: false, isWhole: false };
    if (this.opened) {
      this.opened = new Opened(this.opened.id);
      this.load(this.opened);
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
    this.poller.wake();
  }
}
