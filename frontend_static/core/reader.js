import { isTransient, retryAfterOf } from "./api-error.js";
import { backoffSeconds } from "./backoff.js";

/** @typedef {{wanted: number, reached: number, busy: boolean, failures: number, timer: unknown}} Position */

/** Tells the server how far each conversation was read: forward only, one request at a time, retried until it arrives. */
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
  }

  /** @param {number} conversation @param {number} seq */
  seen(conversation, seq) {
    const position = this.position(conversation);
    if (seq <= position.wanted) return;
    position.wanted = seq;
    this.pump(conversation, position);
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
    this.pump(conversation, position);
  }

  /** @param {number} conversation @param {Position} position @param {unknown} error */
  fail(conversation, position, error) {
    const isStopped = this.positions.get(conversation) !== position;
    if (isStopped || !isTransient(error)) return;
    position.failures += 1;
    const seconds = backoffSeconds(position.failures, this.random, retryAfterOf(error));
    position.timer = this.clock.setTimeout(() => this.pump(conversation, position), seconds * 1000);
  }

  /** @param {number} conversation @returns {Position} */
  position(conversation) {
    const position = this.positions.get(conversation) ?? { wanted: 0, reached: 0, busy: false, failures: 0, timer: undefined };
    this.positions.set(conversation, position);
    return position;
  }
}
