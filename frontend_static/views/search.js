import { isSignedOut, NetworkError } from "../core/api-error.js";
import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { MessageSearch, searchMessages } from "../core/search.js";
import { button, part } from "./dom.js";
import { SearchResults } from "./search-results.js";

/** Finds messages by their words: a field above the list of conversations, and what it found in the list's place. */
export class Search {
  /** @param {{session: Session, time: TimeFormat, visit: (path: string) => void}} tools */
  constructor({ session, time, visit }) {
    this.session = session;
    this.page = part("chat", HTMLElement);
    this.query = part("search-query", HTMLInputElement);
    this.panel = part("search-panel", HTMLElement);
    this.list = part("search-results", HTMLOListElement);
    this.status = part("search-status", HTMLParagraphElement);
    this.more = part("search-more", HTMLButtonElement);
    this.closer = part("search-close", HTMLButtonElement);
    /** The conversation to search in; null: in all. @type {number | null} */
    this.scope = null;
    this.results = new SearchResults({ session, time, visit, changed: () => this.render() });
    this.finder = new MessageSearch({
      request: (question, signal) => this.request(question, signal),
      clock: session.environment.clock,
      changed: () => this.render(),
    });
    this.bind();
    this.typed();
  }

  bind() {
    this.query.addEventListener("input", () => this.typed());
    part("search", HTMLFormElement).addEventListener("keydown", (event) => this.keydown(event));
    this.panel.addEventListener("keydown", (event) => this.keydown(event));
    this.closer.addEventListener("click", () => this.close());
    this.more.addEventListener("click", () => this.finder.more());
    part("search-everywhere", HTMLButtonElement).addEventListener("click", () => this.open(null));
    let wasAway = false;
    this.session.on("connection", () => {
      const isBack = wasAway && this.session.connection.failures === 0;
      wasAway = this.session.connection.failures > 0;
      if (isBack && this.finder.status === "failed" && this.finder.error instanceof NetworkError) this.finder.now();
    });
    this.session.on("conversations", () => this.isOpen() && this.render());
  }

  /** @param {SearchQuestion} question @param {AbortSignal} signal */
  async request(question, signal) {
    try {
      return await searchMessages(this.session.api, question, signal);
    } catch (error) {
      if (isSignedOut(error)) this.session.signedOut();
      throw error;
    }
  }

  /** @param {number | null} scope */
  open(scope) {
    this.scope = scope;
    if (scope !== null) this.page.dataset.finding = "";
    this.typed();
    this.query.focus();
    this.query.select();
  }

  close() {
    this.query.value = "";
    this.scope = null;
    delete this.page.dataset.finding;
    this.typed();
  }

  isOpen() {
    return this.query.value.trim() !== "" || this.scope !== null;
  }

  typed() {
    this.finder.ask(this.query.value, this.scope);
    this.render();
  }

  now() {
    this.finder.now();
  }

  render() {
    const isAsking = this.finder.status !== "idle";
    this.panel.hidden = !isAsking;
    part("list-scroller", HTMLDivElement).hidden = isAsking;
    this.closer.hidden = !this.isOpen();
    part("search-scope", HTMLParagraphElement).hidden = this.scope === null;
    part("search-scope-name", HTMLSpanElement).textContent = this.scope === null ? "" : laterStrings.searchIn(this.results.nameOf(this.scope));
    this.renderStatus();
    this.list.setAttribute("aria-busy", String(this.finder.status === "searching"));
    this.results.render(this.finder.results, this.finder.answered);
    this.more.hidden = this.finder.status !== "ready" || this.finder.next === null;
  }

  renderStatus() {
    const { status, results, next, error } = this.finder;
    const found = results.length === 0 ? laterStrings.nothingFound : (next === null ? laterStrings.foundAll : laterStrings.foundNewest)(results.length);
    const text = { idle: "", searching: laterStrings.searching, ready: found, failed: laterStrings.searchFailed(explainLater(error)) }[status];
    if (this.status.dataset.text === text) return;
    this.status.dataset.text = text;
    this.status.replaceChildren(text);
    if (status === "failed") this.status.append(" ", button(laterStrings.tryAgain, "link-button", () => this.finder.now()));
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.isOpen()) {
      this.close();
      this.query.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.move(event.key === "ArrowDown" ? 1 : -1)) return;
    } else return;
    event.preventDefault();
  }

  /** Between the field and what was found. @param {1 | -1} step */
  move(step) {
    const stops = [this.query, ...this.list.querySelectorAll("a")];
    const place = stops.findIndex((stop) => stop === document.activeElement);
    const target = place === -1 ? undefined : stops[place + step];
    target?.focus();
    return target !== undefined;
  }
}
