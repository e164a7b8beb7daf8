import { ApiError, isSignedOut, retryAfterOf } from "./api-error.js";
import { backoffSeconds } from "./backoff.js";
import { pageSize } from "./opened.js";
import { strings } from "./strings.js";

const LARGEST_PAGE = 200;
const PAGE = 100;
/** Messages above the one around which a conversation is opened. */
const ABOVE = 50;

/** @typedef {import("./opened.js").Opened} Opened */

/** Brings the messages of the open conversation: where the reader begins, on both sides, and all anew should any be missing. */
export class ConversationLoader {
  /**
   * @param {object} tools
   * @param {Api} tools.api
   * @param {Environment} tools.environment
   * @param {number} tools.meId
   * @param {() => Store} tools.store
   * @param {(opened: Opened) => boolean} tools.isWanted whether it is still the open one
   * @param {{loaded: () => void, changed: () => void, more: () => void, signedOut: () => void}} tools.events
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
    /** The load that was begun last; the answer to one before it comes too late. */
    this.loads = 0;
    /** @type {unknown} */
    this.timer = undefined;
  }

  stop() {
    this.environment.clock.clearTimeout(this.timer);
  }

  /** What is shown meanwhile, if anything, stays. @param {Opened} opened */
  async load(opened) {
    this.stop();
    const number = (this.loads += 1);
    const isWanted = () => this.isWanted(opened) && this.loads === number;
    if (!this.store().logs.has(opened.id)) opened.status = "loading";
    try {
      const conversation = this.store().conversations.get(opened.id) ?? (await this.api.conversation(opened.id));
      const pages = await this.pagesAround(opened.id, opened.startSeq(conversation), pageSize(conversation));
      if (isWanted()) this.loaded(opened, conversation, pages);
    } catch (error) {
      if (isWanted()) this.failed(opened, error);
    }
  }

  /**
   * The page that ends before a message and the one that begins with it; without one the newest.
   * @param {number} id
   * @param {number | null} seq
   * @param {number} limit of the newest page
   */
  pagesAround(id, seq, limit) {
    if (seq === null) return Promise.all([this.api.newestMessages(id, limit)]);
    return Promise.all([this.api.olderMessages(id, seq, ABOVE), this.api.newerMessages(id, seq, PAGE)]);
  }

  /** @param {Opened} opened @param {Conversation} conversation @param {MessagePage[]} pages */
  loaded(opened, conversation, [page, newer]) {
    this.failures = 0;
    this.store().addConversation(conversation);
    this.store().openLog(opened.id, page, newer);
    opened.loaded(conversation, page.messages.concat(newer?.messages ?? []), this.meId);
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
    const request = () => this.api.olderMessages(opened.id, log.firstSeq, PAGE);
    await this.loadMore(opened, "older", log, () => log.fetched(request(), (page) => log.prepend(page)));
  }

  /** @param {Opened} opened */
  async loadNewer(opened) {
    const log = this.store().logs.get(opened.id);
    if (!log?.hasNewer || opened.newer === "loading") return;
    const request = () => this.api.newerMessages(opened.id, log.lastSeq + 1, PAGE);
    await this.loadMore(opened, "newer", log, () => log.fetched(request(), (page) => log.append(page)));
  }

  /**
   * @param {Opened} opened
   * @param {"older" | "newer"} side
   * @param {MessageLog} log
   * @param {() => Promise<void>} bring
   */
  async loadMore(opened, side, log, bring) {
    opened[side] = "loading";
    this.events.more();
    try {
      await bring();
      opened[side] = "idle";
    } catch {
      opened[side] = "failed";
    }
    this.events.more();
    if (log.hasHole() && this.store().logs.get(opened.id) === log) await this.resync(opened);
  }

  /**
   * The numbers of the messages have a hole, which the protocol rules out: load the conversation anew, and say so.
   * @param {Opened} opened
   */
  async resync(opened) {
    if (this.isResyncing) return;
    this.isResyncing = true;
    try {
      const anchor = this.store().logs.get(opened.id)?.anchor ?? null;
      const [page, newer] = await this.pagesAround(opened.id, anchor, LARGEST_PAGE);
      this.store().openLog(opened.id, page, newer);
      opened.notice = strings.resynced;
      this.events.changed();
    } catch {
      // The hole is still there, and the next answer finds it again.
    } finally {
      this.isResyncing = false;
    }
  }
}
