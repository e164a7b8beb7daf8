import { buildRows } from "../core/rows.js";
import { strings } from "../core/strings.js";
import { conversationName } from "../core/people.js";
import { arrange, batched, keepingFocus, part } from "./dom.js";
import { rowElement } from "./message.js";
import { ReachView } from "./reach.js";
import { ScrollKeeper } from "./scroll.js";

/** Older messages are asked for when the reader comes this near to the top. */
const NEAR_TOP_PX = 600;

/** The messages of the open conversation. */
export class MessageList {
  /** @param {{session: Session, api: NotificationsApi, time: TimeFormat, isAttentive: () => boolean, actions: MessageActions}} tools */
  constructor({ session, api, time, isAttentive, actions }) {
    this.session = session;
    this.time = time;
    this.isAttentive = isAttentive;
    this.actions = actions;
    this.log = part("log", HTMLDivElement);
    this.scroller = part("log-scroller", HTMLDivElement);
    this.jump = part("jump", HTMLButtonElement);
    this.keeper = new ScrollKeeper(this.scroller, this.log);
    this.reach = new ReachView({ session, api, time, during: (change) => this.keeper.during(change) });
    /** @type {Map<string, {signature: string, element: HTMLElement}>} */
    this.known = new Map();
    this.shown = { conversation: 0, lastSeq: 0, seenSeq: 0, entries: 0, day: "" };
    this.render = batched(() => this.renderNow());
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.jump.addEventListener("click", () => this.jumpToEnd());
    part("older-retry", HTMLButtonElement).addEventListener("click", () => session.loadOlder());
    session.on("messages", this.render);
    session.on("opened", this.render);
    session.on("conversations", this.render);
    session.on("connection", () => this.heard());
  }

  renderNow() {
    const { opened } = this.session;
    const conversation = this.session.conversation();
    const log = this.session.log();
    const isReady = opened?.status === "ready" && conversation && log;
    part("log-skeleton", HTMLDivElement).hidden = Boolean(isReady);
    this.log.hidden = !isReady;
    if (isReady) this.show(conversation, log.messages());
    else this.clear();
  }

  clear() {
    this.shown.conversation = 0;
    this.known.clear();
    this.log.replaceChildren();
    this.reach.place(null, null);
    part("log-empty", HTMLDivElement).hidden = true;
    part("older", HTMLParagraphElement).hidden = true;
    this.jump.hidden = true;
  }

  /** @param {Conversation} conversation @param {Message[]} messages */
  show(conversation, messages) {
    const isNew = this.shown.conversation !== conversation.id;
    if (isNew) this.begin(conversation, messages);
    const entries = this.session.outbox.entriesOf(conversation.id);
    const wroteMore = entries.length > this.shown.entries;
    const rows = buildRows({
      conversation,
      messages,
      entries,
      me: this.session.me,
      dividerSeq: this.session.opened?.dividerSeq ?? null,
      time: this.time,
      now: this.session.environment.clock.now(),
      changes: this.session.changes,
    });
    this.log.setAttribute("aria-live", this.isAppending(isNew, messages) ? "polite" : "off");
    this.log.classList.toggle("in-group", conversation.kind === "group");
    this.keeper.during(() => this.paint(rows, conversation.kind === "group"));
    this.renderOlder(messages.length === 0 && entries.length === 0);
    if (isNew) this.placeFirst();
    else if (wroteMore) this.keeper.toBottom();
    this.shown = { ...this.shown, lastSeq: messages.at(-1)?.seq ?? 0, entries: entries.length, day: this.today() };
    this.look();
  }

  /** @param {Conversation} conversation @param {Message[]} messages */
  begin(conversation, messages) {
    this.known.clear();
    this.log.replaceChildren();
    this.log.setAttribute("aria-label", strings.messagesIn(conversationName(conversation, this.session.me.id)));
    const seenSeq = conversation.unread > 0 ? conversation.read_seq : (messages.at(-1)?.seq ?? 0);
    const entries = this.session.outbox.entriesOf(conversation.id).length;
    this.shown = { ...this.shown, conversation: conversation.id, lastSeq: 0, seenSeq, entries };
  }

  /**
   * Only what comes in at the end is read out, not what a person scrolls back to.
   * @param {boolean} isNew
   * @param {Message[]} messages
   */
  isAppending(isNew, messages) {
    return !isNew && (messages.at(-1)?.seq ?? 0) >= this.shown.lastSeq && this.session.opened?.older !== "loading";
  }

  /** @param {Row[]} rows @param {boolean} isGroup */
  paint(rows, isGroup) {
    const elements = rows.map((row) => this.elementOf(row, isGroup));
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of this.known.keys()) if (!keys.has(key)) this.known.delete(key);
    keepingFocus(this.log, () => arrange(this.log, elements));
    const mine = rows.findLast((row) => row.type === "message" && row.receipt !== "");
    this.reach.place(mine ? (this.known.get(mine.key)?.element ?? null) : null, mine?.type === "message" ? mine.seq : null);
  }

  /**
   * An element stays for as long as what it shows stays.
   * @param {Row} row
   * @param {boolean} isGroup
   */
  elementOf(row, isGroup) {
    const signature = JSON.stringify(row);
    const known = this.known.get(row.key);
    if (known?.signature === signature) return known.element;
    const element = rowElement(row, isGroup, this.time, this.actions);
    this.known.set(row.key, { signature, element });
    return element;
  }

  placeFirst() {
    const divider = this.known.get("unread")?.element;
    this.keeper.toBottom();
    if (divider && divider.getBoundingClientRect().top < this.scroller.getBoundingClientRect().top) {
      this.keeper.toLine(divider);
    }
  }

  /** @param {boolean} isEmpty */
  renderOlder(isEmpty) {
    const state = this.session.opened?.older ?? "idle";
    const isFailed = state === "failed";
    const older = part("older", HTMLParagraphElement);
    part("log-empty", HTMLDivElement).hidden = !isEmpty;
    older.hidden = !this.session.log()?.hasOlder;
    older.classList.toggle("is-failed", isFailed);
    part("older-retry", HTMLButtonElement).hidden = !isFailed;
    part("older-text", HTMLSpanElement).textContent = isFailed ? strings.olderFailed : strings.loadingOlder;
  }

  scrolled() {
    const isFailed = this.session.opened?.older === "failed";
    if (this.scroller.scrollTop < NEAR_TOP_PX && !isFailed) this.session.loadOlder();
    this.look();
  }

  /** Each poll is a moment to see that somebody is looking again, or that "Today" has become yesterday. */
  heard() {
    if (this.shown.day !== this.today()) this.render();
    else this.look();
  }

  today() {
    return this.time.dayKey(this.session.environment.clock.now());
  }

  /** Note what the person can see: it is read, and what is further down is announced. */
  look() {
    if (this.log.hidden) return;
    const seq = this.keeper.isPinned ? this.shown.lastSeq : this.keeper.lastVisibleSeq();
    if (this.isAttentive()) {
      this.shown.seenSeq = Math.max(this.shown.seenSeq, seq);
      this.session.seen(seq);
    }
    this.renderJump();
  }

  renderJump() {
    const messages = this.session.log()?.messages() ?? [];
    const news = messages.filter(
      ({ seq, sender, deleted }) => seq > this.shown.seenSeq && sender.id !== this.session.me.id && !deleted,
    ).length;
    this.jump.hidden = this.keeper.isPinned;
    this.jump.classList.toggle("has-news", news > 0);
    part("jump-text", HTMLSpanElement).textContent = strings.jump(news);
  }

  jumpToEnd() {
    this.keeper.toBottom();
    this.look();
    part("composer-text", HTMLTextAreaElement).focus();
  }
}
