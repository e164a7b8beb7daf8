import { ApiError, isSignedOut, NetworkError, retryAfterOf } from "./api-error.js";
import { backoffSeconds, reconnectSeconds } from "./backoff.js";
import { Pace, waitSeconds } from "./pace.js";
import { moves, samePosition, sameView } from "./poll-target.js";

/** Several events announce one return (`visibilitychange`, `pageshow`, `online`); one poll answers them all. */
const SAME_RETURN_MS = 1000;

/** @typedef {{target: PollTarget, wait: number, controller: AbortController, startedAt: number}} Flight */

/**
 * Asks `sync` at the server's pace: one poll in flight, the next one timed after its answer. The server may hold a poll
 * until there is news, except the first one after a failure or a return: that one tells at once how things are. A poll
 * that is given up loses nothing, because only an accepted answer moves the cursor.
 */
export class Poller {
  /**
   * @param {object} tools
   * @param {(target: PollTarget, options: PollOptions) => Promise<PollReply>} tools.request
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
    /** @type {Flight | null} the poll that is in flight, or the last one that was */
    this.latest = null;
    /** @type {{etag: string, target: PollTarget} | null} */
    this.known = null;
    this.isUnsure = true;
    /** @type {Person[]} as the last answer told; an unchanged one says that it is still so */
    this.typing = [];
    this.pace = new Pace();
    /** @type {unknown} */
    this.timer = undefined;
  }

  start() {
    this.running = true;
    this.isUnsure = true;
    this.poll();
  }

  stop() {
    this.running = false;
    this.clock.clearTimeout(this.timer);
    this.flight?.controller.abort();
    this.flight = null;
    this.known = null;
  }

  /** The page leaves the screen, perhaps to be brought back as it is: until then nothing is asked. */
  rest() {
    this.clock.clearTimeout(this.timer);
    this.flight?.controller.abort();
    this.flight = null;
    this.latest = null;
  }

  /**
   * The person, the machine or the network is back: a poll under way may never be answered, so ask at once, unless the
   * same was asked just now.
   * @returns {boolean} whether it asks
   */
  wake() {
    if (!this.running || this.isAskedJustNow()) return false;
    this.isUnsure = true;
    this.poll();
    return true;
  }

  /** Something else may be looked at, or by nobody: if so, ask for that at once. */
  follow() {
    if (this.running && !this.isAsked()) this.poll();
  }

  async poll() {
    this.clock.clearTimeout(this.timer);
    this.flight?.controller.abort();
    const target = this.target();
    const wait = this.mayWait(target) ? waitSeconds(this.typing.length > 0, this.random) : 0;
    const flight = { target, wait, controller: new AbortController(), startedAt: this.clock.now() };
    this.flight = flight;
    this.latest = flight;
    const outcome = await this.ask(flight);
    // A newer poll has taken over: whatever this one brought is too old.
    if (this.flight !== flight) return;
    this.flight = null;
    if (outcome instanceof Error) this.fail(target, outcome);
    else this.accept(flight, outcome);
  }

  /** @param {PollTarget} target */
  mayWait(target) {
    return target.mayWait && target.cursor !== null && !this.isUnsure;
  }

  /** Whether the latest poll asks what is wanted now. One under way that asks for everything, the first one, does. */
  isAsked() {
    if (this.latest === null) return false;
    const { target } = this.latest;
    return (this.flight !== null && target.cursor === null) || sameView(target, this.target());
  }

  isAskedJustNow() {
    const age = this.latest === null ? Infinity : this.clock.now() - this.latest.startedAt;
    const isHopeful = this.flight !== null || this.failures === 0;
    return age < SAME_RETURN_MS && isHopeful && this.isAsked();
  }

  /**
   * @param {Flight} flight
   * @returns {Promise<PollReply | Error>}
   */
  async ask({ target, wait, controller: { signal } }) {
    try {
      const etag = this.known !== null && samePosition(this.known.target, target) ? this.known.etag : null;
      return await this.request(target, { etag, wait, signal });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /**
   * @param {Flight} flight
   * @param {PollReply} reply
   */
  accept(flight, reply) {
    this.failures = 0;
    this.isUnsure = false;
    const { target } = flight;
    const answer = reply.data;
    const isNews = answer !== null && (moves(target, answer) || !samePeople(this.typing, answer.typing));
    if (answer) {
      this.remember(target, answer, reply.etag);
      this.events.answered(target, answer);
    } else {
      this.events.unchanged(target, this.typing);
    }
    const seconds = this.secondsAfter(flight, reply.interval, isNews);
    const goesOn = answer !== null && answer.has_more && moves(target, answer);
    if (this.flight === null) this.schedule(goesOn || !sameView(target, this.target()) ? 0 : seconds);
  }

  /** @param {Flight} flight @param {number | null} interval @param {boolean} isNews */
  secondsAfter({ wait, startedAt }, interval, isNews) {
    const took = (this.clock.now() - startedAt) / 1000;
    const beginsToWait = wait === 0 && this.mayWait(this.target());
    return this.pace.next({ interval, took, isNews, beginsToWait });
  }

  /**
   * The ETag holds for the position that this answer leads to.
   * @param {PollTarget} target
   * @param {SyncAnswer} answer
   * @param {string | null} etag
   */
  remember(target, answer, etag) {
    const after = target.conversation === null ? null : answer.after;
    this.typing = answer.typing;
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
    this.isUnsure = true;
    this.failures += 1;
    this.schedule(this.secondsAfterFailure(error));
    if (isCode(error, "cursor_ahead")) this.events.cursorAhead();
    else if (isCode(error, "not_found") && target.conversation !== null) this.events.conversationGone(target.conversation);
    else this.events.failed(this.failures);
  }

  /** @param {Error} error */
  secondsAfterFailure(error) {
    if (error instanceof NetworkError) return reconnectSeconds(this.failures, this.random);
    return backoffSeconds(this.failures, this.random, retryAfterOf(error));
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

/** @param {Person[]} ones @param {Person[]} others */
function samePeople(ones, others) {
  return ones.length === others.length && ones.every(({ id }, index) => id === others[index].id);
}
