import { ApiError, isSignedOut, retryAfterOf } from "./api-error.js";
import { backoffSeconds } from "./backoff.js";

const DEFAULT_SECONDS = 3;
const LONGEST_SECONDS = 120;
/** Several events announce one return (`visibilitychange`, `pageshow`, `online`); one poll answers them all. */
const SAME_RETURN_MS = 1000;

/**
 * @typedef {object} PollerEvents
 * @property {(target: PollTarget, answer: SyncAnswer) => void} answered
 * @property {() => void} unchanged
 * @property {(failures: number) => void} failed
 * @property {() => void} signedOut
 * @property {() => void} cursorAhead
 * @property {(conversation: number) => void} conversationGone
 *
 * @typedef {{target: PollTarget, controller: AbortController, startedAt: number}} Flight
 */

/** Asks `sync` at the server's pace: one poll in flight, the next one timed after its answer. */
export class Poller {
  /**
   * @param {object} tools
   * @param {(target: PollTarget, etag: string | null, signal: AbortSignal) => Promise<PollReply>} tools.request
   * @param {() => PollTarget} tools.target
   * @param {Clock} tools.clock
   * @param {() => number} tools.random
   * @param {PollerEvents} tools.events
   */
  constructor({ request, target, clock, random, events }) {
    this.request = request;
    this.target = target;
    this.clock = clock;
    this.random = random;
    this.events = events;
    this.running = false;
    this.failures = 0;
    /** @type {Flight | null} */
    this.flight = null;
    /** @type {{etag: string, target: PollTarget} | null} */
    this.known = null;
    /** @type {unknown} */
    this.timer = undefined;
  }

  start() {
    this.running = true;
    this.poll();
  }

  stop() {
    this.running = false;
    this.clock.clearTimeout(this.timer);
    this.flight?.controller.abort();
    this.flight = null;
    this.known = null;
  }

  /** Poll at once, unless the same question was asked just now. */
  wake() {
    if (!this.running) return;
    const age = this.flight ? this.clock.now() - this.flight.startedAt : Infinity;
    const isAsked = this.flight !== null && answersToo(this.flight.target, this.target());
    if (!isAsked || age >= SAME_RETURN_MS) this.poll();
  }

  async poll() {
    this.clock.clearTimeout(this.timer);
    this.flight?.controller.abort();
    const target = this.target();
    const flight = { target, controller: new AbortController(), startedAt: this.clock.now() };
    this.flight = flight;
    const outcome = await this.ask(flight);
    // A newer poll has taken over: whatever this one brought is too old.
    if (this.flight !== flight) return;
    this.flight = null;
    if (outcome instanceof Error) this.fail(target, outcome);
    else this.accept(target, outcome);
  }

  /**
   * @param {Flight} flight
   * @returns {Promise<PollReply | Error>}
   */
  async ask({ target, controller }) {
    try {
      const holds = this.known !== null && sameQuestion(this.known.target, target);
      return await this.request(target, holds && this.known ? this.known.etag : null, controller.signal);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /**
   * @param {PollTarget} target
   * @param {PollReply} reply
   */
  accept(target, reply) {
    this.failures = 0;
    const answer = reply.data;
    const seconds = Math.min(reply.interval ?? DEFAULT_SECONDS, LONGEST_SECONDS);
    if (!answer) {
      this.schedule(seconds);
      this.events.unchanged();
      return;
    }
    this.remember(target, answer, reply.etag);
    this.events.answered(target, answer);
    const moved = answer.cursor !== target.cursor || answer.after !== target.after;
    const isOutdated = this.target().conversation !== target.conversation;
    if (this.flight === null) this.schedule((answer.has_more && moved) || isOutdated ? 0 : seconds);
  }

  /**
   * The ETag holds for the position that this answer leads to.
   * @param {PollTarget} target
   * @param {SyncAnswer} answer
   * @param {string | null} etag
   */
  remember(target, answer, etag) {
    const after = target.conversation === null ? null : answer.after;
    this.known = etag ? { etag, target: { ...target, cursor: answer.cursor, after } } : null;
  }

  /**
   * @param {PollTarget} target
   * @param {Error} error
   */
  fail(target, error) {
    if (isSignedOut(error)) {
      this.stop();
      this.events.signedOut();
      return;
    }
    this.known = null;
    this.failures += 1;
    this.schedule(backoffSeconds(this.failures, this.random, retryAfterOf(error)));
    if (isCode(error, "cursor_ahead")) this.events.cursorAhead();
    else if (isCode(error, "not_found") && target.conversation !== null) this.events.conversationGone(target.conversation);
    else this.events.failed(this.failures);
  }

  /** @param {number} seconds */
  schedule(seconds) {
    if (this.running) this.timer = this.clock.setTimeout(() => this.poll(), seconds * 1000);
  }
}

/** @param {Error} error @param {string} code */
function isCode(error, code) {
  return error instanceof ApiError && error.code === code;
}

/**
 * Whether a poll under way is worth waiting for. The first one, which asks for everything, always is.
 * @param {PollTarget} asked
 * @param {PollTarget} wanted
 */
function answersToo(asked, wanted) {
  return asked.cursor === null || sameQuestion(asked, wanted);
}

/** @param {PollTarget} one @param {PollTarget} other */
function sameQuestion(one, other) {
  return (
    one.cursor === other.cursor &&
    one.conversation === other.conversation &&
    one.after === other.after &&
    one.visible === other.visible
  );
}
