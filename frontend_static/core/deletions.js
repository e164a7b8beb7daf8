import { isTransient, retryAfterOf } from "./api-error.js";
import { backoffSeconds } from "./backoff.js";

/** As long as a deletion can be taken back. */
const UNDO_MS = 6000;

/**
 * @typedef {object} DeletionEvents
 * @property {() => void} changed
 * @property {(error: Error) => void} refused the message is there again
 */

/** Messages that their author has deleted here. For a few seconds that can be taken back; then the server is told. */
export class Deletions {
  /**
   * @param {object} tools
   * @param {(conversation: number, seq: number) => Promise<void>} tools.remove in a request that outlives the page
   * @param {Clock} tools.clock
   * @param {() => number} tools.random
   * @param {DeletionEvents} tools.events
   */
  constructor({ remove, clock, random, events }) {
    this.remove = remove;
    this.clock = clock;
    this.random = random;
    this.events = events;
    /** @type {Deletion[]} */
    this.list = [];
  }

  /** @param {number} conversation @param {number} seq */
  has(conversation, seq) {
    return this.list.some((each) => each.conversation === conversation && each.seq === seq);
  }

  /** @param {number} conversation @param {number} seq */
  add(conversation, seq) {
    if (this.has(conversation, seq)) return;
    /** @type {Deletion} */
    const deletion = { conversation, seq, state: "undoable", left: UNDO_MS, since: 0, timer: undefined, failures: 0 };
    this.list = [...this.list, deletion];
    this.resume(deletion);
    this.events.changed();
  }

  /** Bring the message back. @param {Deletion} deletion */
  undo(deletion) {
    if (deletion.state !== "sending") this.end(deletion);
  }

  /** Somebody is at the button: time stands still. @param {Deletion} deletion */
  pause(deletion) {
    if (deletion.state !== "undoable" || deletion.timer === undefined) return;
    this.clock.clearTimeout(deletion.timer);
    deletion.timer = undefined;
    deletion.left -= this.clock.now() - deletion.since;
  }

  /** @param {Deletion} deletion */
  resume(deletion) {
    if (deletion.state !== "undoable" || deletion.timer !== undefined || !this.list.includes(deletion)) return;
    deletion.since = this.clock.now();
    deletion.timer = this.clock.setTimeout(() => this.send(deletion), deletion.left);
  }

  /** Tell the server now: the page is closing, or its person signs out. */
  async flush() {
    await Promise.all(this.list.filter(({ state }) => state !== "sending").map((each) => this.send(each)));
  }

  /** @param {Deletion} deletion */
  async send(deletion) {
    this.clock.clearTimeout(deletion.timer);
    deletion.timer = undefined;
    deletion.state = "sending";
    this.events.changed();
    try {
      await this.remove(deletion.conversation, deletion.seq);
      this.end(deletion);
    } catch (error) {
      this.failed(deletion, error);
    }
  }

  /** @param {Deletion} deletion @param {unknown} error */
  failed(deletion, error) {
    if (!isTransient(error)) {
      this.end(deletion);
      this.events.refused(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    deletion.state = "waiting";
    deletion.failures += 1;
    const seconds = backoffSeconds(deletion.failures, this.random, retryAfterOf(error));
    deletion.timer = this.clock.setTimeout(() => this.send(deletion), seconds * 1000);
    this.events.changed();
  }

  /** @param {Deletion} deletion */
  end(deletion) {
    this.clock.clearTimeout(deletion.timer);
    this.list = this.list.filter((other) => other !== deletion);
    this.events.changed();
  }
}
