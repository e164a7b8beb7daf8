import { isolate, shortNumber, signatureOf } from "../core/locale.js";
import { notificationState, notificationWords } from "../core/mute.js";
import { conversationName, unreadIn } from "../core/people.js";
import { pathOf } from "../core/route.js";
import { strings } from "../core/strings.js";
import { conversationAvatar } from "./avatar.js";
import { arrange, batched, el, icon, part } from "./dom.js";

const NEAR_END_PX = 400;

/** All conversations, newest activity first. */
export class ConversationList {
  /** @param {{session: Session, time: TimeFormat, draftOf: (id: number) => string, go: (id: number) => void}} tools */
  constructor({ session, time, draftOf, go }) {
    this.session = session;
    this.time = time;
    this.draftOf = draftOf;
    this.go = go;
    this.list = part("conversation-list", HTMLUListElement);
    this.requests = part("request-list", HTMLUListElement);
    /** @type {Map<number, {signature: string, element: HTMLLIElement}>} */
    this.known = new Map();
    this.render = batched(() => this.renderNow());
    const scroller = part("list-scroller", HTMLDivElement);
    scroller.addEventListener("scroll", () => {
      const left = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      if (left < NEAR_END_PX) session.loadMoreConversations();
    }, { passive: true });
    session.on("conversations", this.render);
    session.on("opened", this.render);
    session.on("connection", this.render);
    this.renderNow();
  }

  renderNow() {
    const conversations = this.session.store.conversationsInOrder();
    const isLoading = this.session.store.cursor === null && conversations.length === 0;
    part("list-skeleton", HTMLDivElement).hidden = !isLoading;
    part("list-empty", HTMLDivElement).hidden = isLoading || conversations.length > 0;
    const ids = new Set(conversations.map(({ id }) => id));
    for (const id of this.known.keys()) if (!ids.has(id)) this.known.delete(id);
    const requests = conversations.filter(({ request }) => request);
    part("requests", HTMLDetailsElement).hidden = requests.length === 0;
    part("requests-title", HTMLElement).textContent = strings.requests(requests.length);
    arrange(this.requests, requests.map((conversation) => this.elementOf(conversation)));
    arrange(this.list, conversations.filter(({ request }) => !request).map((conversation) => this.elementOf(conversation)));
  }

  /** @param {Conversation} conversation */
  elementOf(conversation) {
    const facts = this.facts(conversation);
    const signature = signatureOf(facts);
    const known = this.known.get(conversation.id);
    if (known?.signature === signature) return known.element;
    const element = known?.element ?? el("li", "");
    const hadFocus = element.contains(document.activeElement);
    const link = this.link(conversation, facts);
    element.replaceChildren(link);
    if (hadFocus) link.focus();
    this.known.set(conversation.id, { signature, element });
    return element;
  }

  /** @param {Conversation} conversation */
  facts(conversation) {
    const { me, opened, environment } = this.session;
    const instant = conversation.last_message?.created_at ?? conversation.updated_at;
    const isOpen = opened?.id === conversation.id;
    const now = environment.clock.now();
    const isAll = notificationState(conversation.notifications, now) === "all";
    return {
      name: conversationName(conversation, me.id),
      when: this.time.brief(instant, now),
      quiet: isAll ? "" : notificationWords(conversation.notifications, this.time, now),
      isMentions: notificationState(conversation.notifications, now) === "mentions",
      unread: unreadIn(conversation),
      isOpen,
      draft: isOpen ? "" : this.draftOf(conversation.id),
      preview: preview(conversation, me),
      isQuiet: isQuiet(conversation),
    };
  }

  /** @param {Conversation} conversation @param {ReturnType<ConversationList["facts"]>} facts */
  link(conversation, { name, when, quiet, isMentions, unread, isOpen, draft, preview, isQuiet }) {
    const link = el("a", unread > 0 ? "conversation-item is-unread" : "conversation-item");
    link.href = pathOf(conversation.id);
    if (isOpen) link.setAttribute("aria-current", "page");
    const title = el("span", "conversation-name", name);
    title.dir = "auto";
    const text = draft
      ? el("span", "conversation-preview", el("span", "conversation-draft", strings.draft), ` ${isolate(draft)}`)
      : el("span", isQuiet ? "conversation-preview conversation-preview-quiet" : "conversation-preview", preview);
    text.dir = "auto";
    const corner = el("span", "conversation-time", quiet ? quietMark(quiet, isMentions) : null, when);
    link.append(conversationAvatar(conversation, this.session.me), title, corner, text);
    if (unread > 0) link.append(unreadBadge(unread));
    link.addEventListener("click", (event) => this.clicked(event, conversation.id));
    return link;
  }

  /** @param {number | undefined} id */
  focus(id) {
    this.known.get(id ?? 0)?.element.querySelector("a")?.focus();
  }

  /** @param {MouseEvent} event @param {number} id */
  clicked(event, id) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.go(id);
  }
}

/** @param {string} words @param {boolean} isMentions */
function quietMark(words, isMentions) {
  const mark = el("span", "conversation-quiet", icon(isMentions ? "mention" : "bell-off"), el("span", "visually-hidden", words));
  mark.title = words;
  return mark;
}

/** @param {number} unread */
function unreadBadge(unread) {
  const badge = el("span", "conversation-count");
  const number = el("span", "", shortNumber(unread));
  number.setAttribute("aria-hidden", "true");
  badge.append(number, el("span", "visually-hidden", strings.unread(unread)));
  return badge;
}

/** @param {Conversation} conversation */
function isFolded({ kind, blocked, last_message: last }) {
  return kind === "group" && last !== null && (blocked?.includes(last.sender.id) ?? false);
}

/** @param {Conversation} conversation whose preview is no message that can be read there */
function isQuiet(conversation) {
  return (conversation.last_message?.deleted ?? true) || isFolded(conversation);
}

/** @param {Conversation} conversation @param {Person} me */
function preview(conversation, me) {
  const { kind, last_message: last, request } = conversation;
  if (request && kind === "group") return strings.askedBy(request.by.name);
  if (isFolded(conversation)) return strings.blockedMessage;
  if (!last) return strings.noMessages;
  if (last.deleted) return strings.deleted;
  if (last.sender.id === me.id) return strings.preview(strings.you, last.text);
  return kind === "group" ? strings.preview(last.sender.name, last.text) : last.text;
}
