import { conversationName } from "../core/people.js";
import { messageOf, pathOf } from "../core/route.js";
import { buildRows } from "../core/rows.js";
import { strings } from "../core/strings.js";
import { DayLabel } from "./day-label.js";
import { batched, part } from "./dom.js";
import { HistoryEdges } from "./history-edges.js";
import { Jump } from "./jump.js";
import { LiveLog } from "./live-log.js";
import { Marker } from "./marker.js";
import { MessageRows } from "./message-rows.js";
import { ScrollKeeper } from "./scroll.js";

/** More than this at once are what a person missed, not what they can listen to while it comes in. */
const SPOKEN_AT_ONCE = 10;

/**
 * What was painted last: of which conversation, and which part of it. `seenSeq`: how far the reader has seen.
 * @typedef {{conversation: number, log: MessageLog | null, firstSeq: number, lastSeq: number, hasNewer: boolean,
 *   seenSeq: number, entries: number, day: string}} Shown
 */

/** The messages of the open conversation. */
export class MessageList {
  /** @param {{session: Session, time: TimeFormat, isAttentive: () => boolean, actions: MessageActions}} tools */
  constructor({ session, time, isAttentive, actions }) {
    const { clock } = session.environment;
    this.session = session;
    this.time = time;
    this.isAttentive = isAttentive;
    this.log = part("log", HTMLDivElement);
    this.scroller = part("log-scroller", HTMLDivElement);
    this.keeper = new ScrollKeeper(this.scroller, this.log);
    this.rows = new MessageRows({ list: this.log, time, actions });
    /** What became of the newest own message; it comes later. @type {import("./reach.js").ReachView | null} */
    this.reach = null;
    this.edges = new HistoryEdges({ session, scroller: this.scroller });
    this.day = new DayLabel(this.keeper);
    this.jump = new Jump({ session, go: () => this.jumpToEnd() });
    this.live = new LiveLog(this.log, clock);
    this.marker = new Marker(this.log, clock);
    /** @type {Shown} */
    this.shown = { conversation: 0, log: null, firstSeq: 0, lastSeq: 0, hasNewer: false, seenSeq: 0, entries: 0, day: "" };
    this.render = batched(() => this.renderNow());
    this.scroller.addEventListener("scroll", () => this.look(), { passive: true });
    for (const topic of ["messages", "opened", "conversations"]) session.on(topic, this.render);
    session.on("connection", () => this.heard());
  }

  renderNow() {
    const conversation = this.session.conversation();
    const log = this.session.log();
    const isReady = conversation && log && this.session.opened?.status !== "missing";
    part("log-skeleton", HTMLDivElement).hidden = Boolean(isReady);
    this.log.hidden = !isReady;
    if (isReady) this.show(conversation, log);
    else this.clear();
  }

  clear() {
    this.shown = { ...this.shown, conversation: 0, log: null };
    this.rows.clear();
    this.reach?.place(null, null);
    part("log-empty", HTMLDivElement).hidden = true;
    this.edges.hide();
    this.day.hide();
    this.jump.hide();
  }

  /** @param {Conversation} conversation @param {MessageLog} log */
  show(conversation, log) {
    const isNew = this.shown.conversation !== conversation.id;
    if (isNew) this.begin(conversation, log);
    const entries = this.session.outbox.entriesOf(conversation.id);
    const wroteMore = entries.length > this.shown.entries;
    this.paint(conversation, log, entries);
    this.moveReader(isNew, wroteMore);
    this.shown = { ...this.shown, ...extentOf(log), entries: entries.length, day: this.today() };
    this.look();
  }

  /** @param {Conversation} conversation @param {MessageLog} log */
  begin(conversation, log) {
    this.rows.clear();
    this.log.setAttribute("aria-label", strings.messagesIn(conversationName(conversation, this.session.me.id)));
    const seenSeq = conversation.unread > 0 ? conversation.read_seq : log.newestSeq;
    const entries = this.session.outbox.entriesOf(conversation.id).length;
    this.shown = { ...this.shown, conversation: conversation.id, log: null, seenSeq, entries };
    this.keeper.isPinned = true;
  }

  /** @param {Conversation} conversation @param {MessageLog} log @param {OutboxEntry[]} entries */
  paint(conversation, log, entries) {
    const rows = buildRows({
      conversation,
      messages: log.messages(),
      // What the person writes stands at the end, which is not here while the window is in the past.
      entries: log.hasNewer ? [] : entries,
      me: this.session.me,
      dividerSeq: this.session.opened?.dividerSeq ?? null,
      time: this.time,
      now: this.session.environment.clock.now(),
      changes: this.session.changes,
    });
    const isHistory = this.isHistory(log);
    const { lastSeq } = this.shown;
    if (isHistory) this.live.hush();
    this.log.classList.toggle("in-group", conversation.kind === "group");
    this.keeper.isWhole = !log.hasNewer;
    this.keeper.during(() => {
      this.rows.paint(rows, conversation.kind === "group", (row) => !isHistory && isNews(row, lastSeq));
      this.edges.render();
      part("log-empty", HTMLDivElement).hidden = rows.length > 0;
    });
    const mine = rows.findLast((row) => row.type === "message" && row.receipt !== "");
    this.reach?.place(mine ? this.rows.element(mine.key) : null, mine?.type === "message" ? mine.seq : null);
  }

  /**
   * Whether this paints what was there before, and not only a few messages that have come in at the end.
   * @param {MessageLog} log
   */
  isHistory(log) {
    const { shown } = this;
    const isElsewhere = shown.log !== log || shown.hasNewer || log.hasNewer;
    return isElsewhere || log.firstSeq < shown.firstSeq || log.lastSeq - shown.lastSeq > SPOKEN_AT_ONCE;
  }

  /** @param {boolean} isNew @param {boolean} wroteMore */
  moveReader(isNew, wroteMore) {
    const { opened } = this.session;
    const log = this.session.log();
    if (wroteMore && log?.hasNewer) this.session.goTo("end");
    else if (opened && opened.place !== null && log?.reaches(opened.place)) this.arrive(opened.place);
    else if (wroteMore) this.keeper.toBottom();
    else if (isNew || this.keeper.isPinned) this.keepUp(isNew, opened?.dividerSeq ?? 0);
  }

  /** Follow what comes in, but not past the line above what nobody has seen. @param {boolean} isNew @param {number} dividerSeq */
  keepUp(isNew, dividerSeq) {
    const divider = this.rows.element("unread");
    this.keeper.toBottom();
    const isUnseen = isNew || dividerSeq > this.shown.seenSeq;
    if (divider && isUnseen && (this.keeper.isAbove(divider) || !this.keeper.isWhole)) this.keeper.toLine(divider);
  }

  /** @param {number | "end"} place */
  arrive(place) {
    this.session.arrived();
    if (place === "end") {
      this.keeper.toBottom();
      return;
    }
    const line = this.log.querySelector(`[data-seq="${place}"]`);
    if (!(line instanceof HTMLElement)) return;
    this.keeper.toLine(line);
    this.marker.mark(line);
  }

  /** Each poll is a moment to see that somebody is looking again, or that "Today" has become yesterday. */
  heard() {
    if (this.shown.day !== this.today()) this.render();
    else this.look();
  }

  today() {
    return this.time.dayKey(this.session.environment.clock.now());
  }

  /** Note what the person can see: it is read, what is further down is announced, and what is near is loaded. */
  look() {
    const log = this.session.log();
    if (this.log.hidden || !log || !this.keeper.isShown()) return;
    const { isPinned } = this.keeper;
    log.anchor = isPinned ? null : this.keeper.firstVisibleSeq();
    if (this.isAttentive()) {
      const seq = isPinned ? this.shown.lastSeq : this.keeper.lastVisibleSeq();
      this.shown.seenSeq = Math.max(this.shown.seenSeq, seq);
      this.session.seen(seq);
    }
    this.jump.render(isPinned, this.shown.seenSeq);
    this.day.render();
    this.edges.look();
  }

  jumpToEnd() {
    const path = location.pathname;
    if (messageOf(path) !== null) history.replaceState(null, "", pathOf(this.shown.conversation));
    this.session.goTo("end");
    part("composer-text", HTMLTextAreaElement).focus();
  }
}

/** @param {MessageLog} log */
function extentOf(log) {
  return { log, firstSeq: log.firstSeq, lastSeq: log.lastSeq, hasNewer: log.hasNewer };
}

/**
 * What others have just written, and what became of what the person wrote, if it is not well.
 * @param {Row} row
 * @param {number} lastSeq the last message that was there before
 */
function isNews(row, lastSeq) {
  if (row.type !== "message" || row.folded) return false;
  return row.own ? row.entry !== null && row.entry.state !== "sending" : (row.seq ?? 0) > lastSeq;
}
