import { isSignedOut, NetworkError } from "../core/api-error.js";
import { explain } from "../core/explain.js";
import { excerpt, markWords } from "../core/marks.js";
import { conversationName } from "../core/people.js";
import { MessageSearch, searchMessages } from "../core/search.js";
import { strings } from "../core/strings.js";
import { conversationAvatar } from "./avatar.js";
import { arrange, button, el, part } from "./dom.js";

const LONGEST = 160;

/** Finds messages by their words: a field above the list of conversations, and what it found in the list's place. */
export class Search {
  /** @param {{session: Session, time: TimeFormat, visit: (path: string) => void}} tools */
  constructor({ session, time, visit }) {
    this.session = session;
    this.time = time;
    this.visit = visit;
    this.page = part("chat", HTMLDivElement);
    this.query = part("search-query", HTMLInputElement);
    this.panel = part("search-panel", HTMLElement);
    this.list = part("search-results", HTMLOListElement);
    this.status = part("search-status", HTMLParagraphElement);
    this.more = part("search-more", HTMLButtonElement);
    this.closer = part("search-close", HTMLButtonElement);
    /** The conversation to search in; null: in all. @type {number | null} */
    this.scope = null;
    /** @type {Map<string, {signature: string, element: HTMLLIElement}>} */
    this.known = new Map();
    /** Those that are too far down the list to be in the store. @type {Map<number, Conversation | null>} */
    this.fetched = new Map();
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
    part("search-scope-name", HTMLSpanElement).textContent = this.scope === null ? "" : strings.searchIn(this.nameOf(this.scope));
    this.renderStatus();
    this.list.setAttribute("aria-busy", String(this.finder.status === "searching"));
    arrange(this.list, this.finder.results.map((result) => this.elementOf(result)));
    this.more.hidden = this.finder.status !== "ready" || this.finder.next === null;
  }

  renderStatus() {
    const { status, results, next, error } = this.finder;
    const found = results.length === 0 ? strings.nothingFound : (next === null ? strings.foundAll : strings.foundNewest)(results.length);
    const text = { idle: "", searching: strings.searching, ready: found, failed: strings.searchFailed(explain(error)) }[status];
    if (this.status.dataset.text === text) return;
    this.status.dataset.text = text;
    this.status.replaceChildren(text);
    if (status === "failed") this.status.append(" ", button(strings.tryAgain, "link-button", () => this.finder.now()));
  }

  /** @param {SearchResult} result */
  elementOf(result) {
    const { conversation, message } = result;
    const key = `${conversation}/${message.seq}`;
    const when = this.time.brief(message.created_at, this.session.environment.clock.now());
    const signature = JSON.stringify([this.finder.answered, message.rev, this.nameOf(conversation), when]);
    const known = this.known.get(key);
    if (known?.signature === signature) return known.element;
    const element = known?.element ?? el("li", "");
    const hadFocus = element.contains(document.activeElement);
    const link = this.link(result, when);
    element.replaceChildren(link);
    if (hadFocus) link.focus();
    this.known.set(key, { signature, element });
    return element;
  }

  /** @param {SearchResult} result @param {string} when */
  link({ conversation: id, message }, when) {
    const conversation = this.conversation(id);
    const name = el("span", "found-name", this.nameOf(id));
    name.dir = "auto";
    const time = el("time", "found-time", when);
    time.dateTime = message.created_at;
    const who = el("span", "found-who", message.sender.id === this.session.me.id ? strings.you : message.sender.name);
    who.dir = "auto";
    const text = el("span", "found-text", ...marked(message.text, this.finder.answered));
    text.dir = "auto";
    const link = el("a", "found", conversation ? conversationAvatar(conversation, this.session.me) : el("span", "avatar"), name, time, who, text);
    link.href = `/c/${id}/${message.seq}`;
    link.addEventListener("click", (event) => this.clicked(event, link.pathname));
    return link;
  }

  /** @param {MouseEvent} event @param {string} path */
  clicked(event, path) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    delete this.page.dataset.finding;
    this.visit(path);
    // On a narrow screen the conversation takes the place of what was found.
    if (!this.list.checkVisibility()) part("open-title", HTMLHeadingElement).focus();
  }

  /** @param {number} id */
  conversation(id) {
    return this.session.store.conversations.get(id) ?? this.fetched.get(id) ?? undefined;
  }

  /** @param {number} id */
  nameOf(id) {
    const conversation = this.conversation(id);
    if (!conversation) this.fetch(id);
    return conversation ? conversationName(conversation, this.session.me.id) : "";
  }

  /** @param {number} id */
  async fetch(id) {
    if (this.fetched.has(id)) return;
    this.fetched.set(id, null);
    try {
      this.fetched.set(id, await this.session.api.conversation(id));
      this.render();
    } catch {
      // It stays without a name; the next search asks again.
      this.fetched.delete(id);
    }
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

/** @param {string} text @param {string} query */
function marked(text, query) {
  return markWords(excerpt(text, query, LONGEST), query).map(({ text, isMatch }) => (isMatch ? el("mark", "", text) : text));
}
