import { NetworkError } from "../core/api-error.js";
import { signatureOf } from "../core/locale.js";
import { excerpt, markWords } from "../core/marks.js";
import { conversationName } from "../core/people.js";
import { strings } from "../core/strings.js";
import { conversationAvatar } from "./avatar.js";
import { arrange, el, part } from "./dom.js";

const LONGEST = 160;

/** The messages that were found: who wrote them, where and when, and the words that were looked for. */
export class SearchResults {
  /** @param {{session: Session, time: TimeFormat, visit: (path: string) => void, changed: () => void}} tools */
  constructor({ session, time, visit, changed }) {
    this.session = session;
    this.time = time;
    this.visit = visit;
    this.changed = changed;
    this.list = part("search-results", HTMLOListElement);
    this.query = "";
    /** @type {Map<string, {signature: string, element: HTMLLIElement}>} */
    this.known = new Map();
    /** Those that are too far down the list to be in the store. @type {Map<number, Conversation | null>} */
    this.fetched = new Map();
  }

  /** @param {SearchResult[]} results @param {string} query what they answer */
  render(results, query) {
    this.query = query;
    if (results.length === 0) this.known.clear();
    arrange(this.list, results.map((result) => this.elementOf(result)));
  }

  /** @param {SearchResult} result */
  elementOf(result) {
    const { conversation, message } = result;
    const key = `${conversation}/${message.seq}`;
    const when = this.time.brief(message.created_at, this.session.environment.clock.now());
    const signature = signatureOf([this.query, message.rev, this.nameOf(conversation), when]);
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
    const text = el("span", "found-text", ...marked(message.text, this.query));
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
      this.changed();
    } catch (error) {
      // One that is refused stays without a name.
      if (error instanceof NetworkError) this.fetched.delete(id);
    }
  }
}

/** @param {string} text @param {string} query */
function marked(text, query) {
  return markWords(excerpt(text, query, LONGEST), query).map(({ text, isMatch }) => (isMatch ? el("mark", "", text) : text));
}
