import { retryAfterOf } from "./api-error.js";

/** Between the last letter and the question. */
const PAUSE_MS = 250;
/** Seconds that a search waits by itself, if the server asks for it: an earlier search may still run there. */
const LONGEST_WAIT = 6;

/** @typedef {"idle" | "searching" | "ready" | "failed"} SearchStatus */

/** Finds messages while somebody types: asks when they pause, and only the answer to the latest question counts. */
export class MessageSearch {
  /**
   * @param {object} tools
   * @param {(question: SearchQuestion, signal: AbortSignal) => Promise<SearchPage>} tools.request
   * @param {Clock} tools.clock
   * @param {() => void} tools.changed
   */
  constructor({ request, clock, changed }) {
    this.request = request;
    this.clock = clock;
    this.changed = changed;
    this.query = "";
    /** @type {number | null} */
    this.conversation = null;
    /** @type {SearchStatus} */
    this.status = "idle";
    /** @type {SearchResult[]} */
    this.results = [];
    /** What `results` answer: while the next answer is on its way they are still those of an earlier question. */
    this.answered = "";
    /** @type {number | string | null} */
    this.next = null;
    /** @type {unknown} */
    this.error = null;
    /** @type {unknown} */
    this.timer = undefined;
    this.flight = new AbortController();
  }

  /** @param {string} text @param {number | null} conversation the one to search in, or null for all */
  ask(text, conversation) {
    const query = text.trim();
    if (query === this.query && conversation === this.conversation) return;
    this.stop();
    if (conversation !== this.conversation || query === "") this.forget();
    this.query = query;
    this.conversation = conversation;
    this.status = query === "" ? "idle" : "searching";
    if (query !== "") this.timer = this.clock.setTimeout(() => this.load(null), PAUSE_MS);
    this.changed();
  }

  /** Without a pause: somebody pressed Enter, or asks again after a failure. */
  now() {
    if (this.query === "" || this.status === "ready") return;
    const isMore = this.status === "failed" && this.answered === this.query && this.next !== null;
    this.start(isMore ? this.next : null);
  }

  more() {
    if (this.status === "ready" && this.next !== null) this.start(this.next);
  }

  stop() {
    this.clock.clearTimeout(this.timer);
    this.flight.abort();
  }

  forget() {
    this.results = [];
    this.answered = "";
    this.next = null;
  }

  /** @param {number | string | null} before */
  start(before) {
    this.stop();
    this.status = "searching";
    this.changed();
    this.load(before);
  }

  /** @param {number | string | null} before */
  async load(before) {
    const flight = new AbortController();
    this.flight = flight;
    try {
      const page = await this.request({ query: this.query, conversation: this.conversation, before }, flight.signal);
      if (flight.signal.aborted) return;
      this.results = before === null ? page.results : [...this.results, ...page.results];
      this.answered = this.query;
      this.next = page.next;
      this.status = "ready";
    } catch (error) {
      if (flight.signal.aborted) return;
      const seconds = retryAfterOf(error);
      if (seconds > 0 && seconds <= LONGEST_WAIT) {
        this.timer = this.clock.setTimeout(() => this.load(before), seconds * 1000);
        return;
      }
      this.status = "failed";
      this.error = error;
    }
    this.changed();
  }
}

/**
 * @param {Api} api
 * @param {SearchQuestion} question
 * @param {AbortSignal} signal
 * @returns {Promise<SearchPage>}
 */
export async function searchMessages(api, { query, conversation, before }, signal) {
  const parameters = new URLSearchParams({ q: query, limit: "20" });
  if (conversation !== null) parameters.set("conversation", String(conversation));
  if (before !== null) parameters.set("before", String(before));
  return (await api.request("GET", `/search?${parameters}`, { signal })).data;
}
