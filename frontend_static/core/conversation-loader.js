import { ApiError, isSignedOut, retryAfterOf } from "./api-error.js";
import { backoffSeconds } from "./backoff.js";
import { pageSize } from "./opened.js";
import { strings } from "./strings.js";

const LARGEST_PAGE = 200;

/** @typedef {import("./opened.js").Opened} Opened */

/** Brings the messages of the open conversation: its newest page, older ones, and all anew should any be missing. */
export class ConversationLoader {
  /**
   * @param {object} tools
   * @param {Api} tools.api
   * @param {Environment} tools.environment
   * @param {number} tools.meId
   * @param {() => Store} tools.store
   * @param {(opened: Opened) => boolean} tools.isWanted whether it is still the open one
   * @param {{loaded: () => void, changed: () => void, older: () => void, signedOut: () => void}} tools.events
   */
  constructor({ api, environment, meId, store, isWanted, events }) {
    this.api = api;
    this.environment = environment;
    this.meId = meId;
    this.store = store;
    this.isWanted = isWanted;
    this.events = events;
    this.failures = 0;
    this.isResyncing = false;
    /** @type {unknown} */
    this.timer = undefined;
  }

  stop() {
    this.environment.clock.clearTimeout(this.timer);
  }

  /** @param {Opened} opened */
  async load(opened) {
    this.stop();
    opened.status = "loading";
    try {
      const conversation = this.store().conversations.get(opened.id) ?? (await this.api.conversation(opened.id));
      const page = await this.api.newestMessages(opened.id, pageSize(conversation));
      if (this.isWanted(opened)) this.loaded(opened, conversation, page);
    } catch (error) {
      if (this.isWanted(opened)) this.failed(opened, error);
    }
  }

  /** @param {Opened} opened @param {Conversation} conversation @param {MessagePage} page */
  loaded(opened, conversation, page) {
    this.failures = 0;
    this.store().addConversation(conversation);
    this.store().openLog(opened.id, page);
    opened.status = "ready";
    opened.isReturning = false;
    opened.rememberRead(conversation);
    opened.placeDivider(page.messages, this.meId);
    this.events.loaded();
  }

  /** @param {Opened} opened @param {unknown} error */
  failed(opened, error) {
    if (isSignedOut(error)) {
      this.events.signedOut();
      return;
    }
    const isMissing = error instanceof ApiError && error.status === 404;
    opened.status = isMissing ? "missing" : "failed";
    if (!isMissing) this.loadLater(opened, error);
    this.events.changed();
  }

  /** @param {Opened} opened @param {unknown} error */
  loadLater(opened, error) {
    this.failures += 1;
    const seconds = backoffSeconds(this.failures, this.environment.random, retryAfterOf(error));
    this.timer = this.environment.clock.setTimeout(() => {
      if (this.isWanted(opened)) this.load(opened);
    }, seconds * 1000);
  }

  /** @param {Opened} opened */
  async loadOlder(opened) {
    const log = this.store().logs.get(opened.id);
    if (!log?.hasOlder || opened.older === "loading") return;
    opened.older = "loading";
    this.events.older();
    try {
      log.prepend(await this.api.olderMessages(opened.id, log.firstSeq));
      opened.older = "idle";
    } catch {
      opened.older = "failed";
    }
    this.events.older();
  }

  /**
   * The numbers of the messages have a hole, which the protocol rules out: load the conversation anew, and say so.
   * @param {Opened} opened
   */
  async resync(opened) {
    if (this.isResyncing) return;
    this.isResyncing = true;
    try {
      this.store().openLog(opened.id, await this.api.newestMessages(opened.id, LARGEST_PAGE));
      opened.notice = strings.resynced;
      this.events.changed();
    } catch {
      // The hole is still there, and the next answer finds it again.
    } finally {
      this.isResyncing = false;
    }
  }
}
