import { isSignedOut, isTransient, retryAfterOf } from "./api-error.js";
import { backoffSeconds } from "./backoff.js";
import { explain } from "./explain.js";

/**
 * @typedef {object} OutboxEvents
 * @property {() => void} changed
 * @property {(entry: OutboxEntry, message: Message) => void} sent
 * @property {() => void} signedOut
 * @property {() => void} notKept this browser keeps nothing: what was not sent would be lost with the page
 *
 * @typedef {{busy: boolean, failures: number, timer: unknown}} Lane one conversation's queue
 */

/**
 * Messages on their way. Each keeps its `clientId` over all attempts, so that a retry can never double it, and the
 * messages of one conversation leave in the order they were written.
 */
export class Outbox {
  /**
   * @param {object} tools
   * @param {(entry: OutboxEntry) => Promise<Message>} tools.send
   * @param {OutboxStorage} tools.storage
   * @param {Clock} tools.clock
   * @param {() => number} tools.random
   * @param {() => string} tools.newId
   * @param {OutboxEvents} tools.events
   */
  constructor({ send, storage, clock, random, newId, events }) {
    this.send = send;
    this.storage = storage;
    this.clock = clock;
    this.random = random;
    this.newId = newId;
    this.events = events;
    this.running = false;
    this.isWanted = false;
    this.lastOrder = 0;
    /** @type {Set<string>} what this page is done with, though the storage may not know it yet */
    this.done = new Set();
    /** @type {OutboxEntry[]} */
    this.entries = [];
    /** @type {Map<number, Lane>} */
    this.lanes = new Map();
  }

  /** What an earlier page left goes first, so nothing is sent before it is known. */
  async start() {
    this.isWanted = true;
    await this.adopt();
    if (!this.isWanted) return;
    this.running = true;
    this.retryNow();
  }

  /** Take over what the storage holds and nobody else sends: of earlier pages, and of tabs that are gone. */
  async adopt() {
    const known = new Set(this.entries.map(({ clientId }) => clientId));
    const kept = await this.storage.load();
    const adopted = kept.filter(({ clientId }) => !known.has(clientId) && !this.done.has(clientId) && !this.find(clientId));
    if (adopted.length === 0) return;
    for (const entry of adopted) if (entry.state !== "refused") entry.state = "waiting";
    this.entries = [...this.entries, ...adopted].sort((one, other) => one.order - other.order);
    this.events.changed();
    for (const { conversation } of adopted) this.pump(conversation);
  }

  stop() {
    this.isWanted = false;
    this.running = false;
    for (const lane of this.lanes.values()) this.clock.clearTimeout(lane.timer);
  }

  /** @param {number} conversation */
  entriesOf(conversation) {
    return this.entries.filter((entry) => entry.conversation === conversation);
  }

  /**
   * @param {number} conversation
   * @param {string} text
   * @param {number | null} replyTo the `seq` of the message it answers
   */
  add(conversation, text, replyTo = null) {
    const now = this.clock.now();
    const createdAt = new Date(now).toISOString();
    this.lastOrder = Math.max(now, this.lastOrder + 1, ...this.entries.map(({ order }) => order + 1));
    const order = this.lastOrder;
    /** @type {OutboxEntry} */
    const entry = { clientId: this.newId(), conversation, text, replyTo, createdAt, state: "sending", reason: "", order };
    const isHeldUp = this.queue(conversation).some(({ state }) => state === "waiting");
    if (isHeldUp) entry.state = "waiting";
    this.entries.push(entry);
    this.keep(entry);
    this.events.changed();
    if (!isHeldUp) this.pump(conversation);
  }

  /** Give every waiting message another try: the network came back, or the person did. */
  retryNow() {
    for (const id of new Set(this.entries.map(({ conversation }) => conversation))) {
      this.clock.clearTimeout(this.lane(id).timer);
      this.pump(id);
    }
  }

  /** @param {string} clientId */
  retry(clientId) {
    const entry = this.find(clientId);
    if (!entry) return;
    if (entry.state === "refused") entry.state = "waiting";
    this.clock.clearTimeout(this.lane(entry.conversation).timer);
    this.pump(entry.conversation);
  }

  /**
   * Take a message back, or let go of one that the server has.
   * @param {string} clientId
   */
  discard(clientId) {
    const entry = this.find(clientId);
    if (!entry) return;
    this.entries = this.entries.filter((other) => other !== entry);
    this.done.add(clientId);
    this.storage.remove(clientId);
    this.events.changed();
  }

  /** Before it is sent, but without waiting: a slow disk must not hold up a message. @param {OutboxEntry} entry */
  async keep(entry) {
    const isKept = await this.storage.save(entry);
    if (!isKept && this.find(entry.clientId)) this.events.notKept();
  }

  /** @param {number} conversation */
  async pump(conversation) {
    const lane = this.lane(conversation);
    const entry = this.queue(conversation)[0];
    if (!this.running || lane.busy || !entry) return;
    lane.busy = true;
    this.mark(conversation, "sending");
    const outcome = await this.attempt(entry);
    lane.busy = false;
    if (outcome instanceof Error) this.fail(entry, lane, outcome);
    else this.settle(entry, lane, outcome);
  }

  /**
   * @param {OutboxEntry} entry
   * @returns {Promise<Message | Error>}
   */
  async attempt(entry) {
    try {
      return await this.send(entry);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** @param {OutboxEntry} entry @param {Lane} lane @param {Message} message */
  settle(entry, lane, message) {
    lane.failures = 0;
    this.events.sent(entry, message);
    this.discard(entry.clientId);
    this.pump(entry.conversation);
  }

  /** @param {OutboxEntry} entry @param {Lane} lane @param {Error} error */
  fail(entry, lane, error) {
    if (isSignedOut(error) || isTransient(error)) {
      this.mark(entry.conversation, "waiting");
      if (isSignedOut(error)) this.events.signedOut();
      else this.pumpLater(entry.conversation, lane, error);
      return;
    }
    entry.state = "refused";
    entry.reason = explain(error);
    this.keep(entry);
    this.events.changed();
    this.pump(entry.conversation);
  }

  /** @param {number} conversation @param {Lane} lane @param {Error} error */
  pumpLater(conversation, lane, error) {
    // The first retry comes after two seconds at most: a lost answer is far more common than a lost server.
    lane.failures += 1;
    const seconds = backoffSeconds(lane.failures + 1, this.random, retryAfterOf(error));
    lane.timer = this.clock.setTimeout(() => this.pump(conversation), seconds * 1000);
  }

  /** @param {number} conversation @param {OutboxState} state */
  mark(conversation, state) {
    for (const entry of this.queue(conversation)) entry.state = state;
    this.events.changed();
  }

  /**
   * What is still to be sent, oldest first. A refused message lets the others pass.
   * @param {number} conversation
   */
  queue(conversation) {
    return this.entriesOf(conversation).filter(({ state }) => state !== "refused");
  }

  /** @param {number} conversation @returns {Lane} */
  lane(conversation) {
    const lane = this.lanes.get(conversation) ?? { busy: false, failures: 0, timer: undefined };
    this.lanes.set(conversation, lane);
    return lane;
  }

  /** @param {string} clientId */
  find(clientId) {
    return this.entries.find((entry) => entry.clientId === clientId);
  }
}
