import { isTransient, retryAfterOf } from "./api-error.js";
import { backoffSeconds } from "./backoff.js";

/** @typedef {{wanted: number, reached: number, busy: boolean, failures: number, timer: unknown, pumped: Promise<void>}} Position */

/**
 * Tells the server how far each conversation was read: forward only, one request at a time, retried until it arrives.
 * A conversation that was marked unread is held: what is seen of it does not count until it is released.
 */
export class Reader {
  /**
   * @param {object} tools
   * @param {(conversation: number, seq: number) => Promise<{read_seq: number}>} tools.put
   * @param {Clock} tools.clock
   * @param {() => number} tools.random
   * @param {(conversation: number, seq: number) => void} tools.acknowledged
   */
  constructor({ put, clock, random, acknowledged }) {
    this.put = put;
    this.clock = clock;
    this.random = random;
    this.acknowledged = acknowledged;
    /** @type {Map<number, Position>} */
    this.positions = new Map();
    /** @type {number | null} */
    this.held = null;
  }

  /** @param {number} conversation @param {number} seq @param {number} known how far it is read, as the server said */
  seen(conversation, seq, known = 0) {
    if (conversation === this.held) return;
    const position = this.position(conversation);
    // It was marked unread on another device.
    if (!position.busy && known < position.reached) position.wanted = position.reached = known;
    if (seq <= position.wanted) return;
    position.wanted = seq;
    if (!position.busy) position.pumped = this.pump(conversation, position);
  }

  /** Returns when nothing is under way that could still mark it read. @param {number} conversation */
  async hold(conversation) {
    this.held = conversation;
    const position = this.positions.get(conversation);
    this.positions.delete(conversation);
    this.clock.clearTimeout(position?.timer);
    await position?.pumped;
  }

  release() {
    this.held = null;
  }

  stop() {
    for (const { timer } of this.positions.values()) this.clock.clearTimeout(timer);
    this.positions.clear();
  }

  /** @param {number} conversation @param {Position} position */
  async pump(conversation, position) {
    if (position.busy || position.wanted <= position.reached) return;
    position.busy = true;
    const seq = position.wanted;
    try {
      const { read_seq } = await this.put(conversation, seq);
      position.reached = Math.max(seq, read_seq);
      position.failures = 0;
      this.acknowledged(conversation, position.reached);
    } catch (error) {
      this.fail(conversation, position, error);
      return;
    } finally {
      position.busy = false;
    }
    await this.pump(conversation, position);
  }

  /** @param {number} conversation @param {Position} position @param {unknown} error */
  fail(conversation, position, error) {
    const isStopped = this.positions.get(conversation) !== position;
    if (isStopped || !isTransient(error)) return;
    position.failures += 1;
    const seconds = backoffSeconds(position.failures, this.random, retryAfterOf(error));
    position.timer = this.clock.setTimeout(() => (position.pumped = this.pump(conversation, position)), seconds * 1000);
  }

  /** @param {number} conversation @returns {Position} */
  position(conversation) {
    const unread = { wanted: 0, reached: 0, busy: false, failures: 0, timer: undefined, pumped: Promise.resolve() };
    const position = this.positions.get(conversation) ?? unread;
    this.positions.set(conversation, position);
    return position;
  }
}
