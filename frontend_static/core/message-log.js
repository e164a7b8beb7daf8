/** Most messages that are held, and shown, of one conversation; those that the server has not confirmed come on top. */
export const WINDOW = 300;
/** Of these, what a page keeps that is left at the end. A browser brings it back the sooner the less there is on it. */
export const AT_REST = 100;

/**
 * The messages of one conversation that this browser holds: a window that can move both ways over its whole history.
 * From `firstSeq` to `lastSeq` not one is missing. While nothing newer is left out the window follows the conversation;
 * in the past (`hasNewer`) it stands, and what is new is only counted. The cursor goes on all the same, moved by the
 * server's answers only. A message is replaced by a newer `rev` of itself only, so answers may come in any order.
 */
export class MessageLog {
  /**
   * @param {MessagePage} page the newest page, or one from somewhere else
   * @param {MessagePage | null} newer then what comes after it
   */
  constructor(page, newer = null) {
    /** @type {Map<number, Message>} */
    this.bySeq = new Map();
    this.cursor = newer ? Math.min(page.cursor, newer.cursor) : page.cursor;
    this.firstSeq = page.messages[0]?.seq ?? newer?.messages[0]?.seq ?? page.last_seq + 1;
    this.hasOlder = page.has_more;
    this.hasNewer = newer !== null;
    /** The newest message of the conversation, whether or not the window holds it. */
    this.newestSeq = page.last_seq;
    this.endSeq = page.messages.at(-1)?.seq ?? this.firstSeq - 1;
    /** The message at which the reader looks; null is the end, wherever that goes. @type {number | null} */
    this.anchor = null;
    /** Pages that are on their way, and what came meanwhile for messages that they may bring. */
    this.awaited = 0;
    /** @type {Map<number, Message>} */
    this.late = new Map();
    this.mergeAll(page.messages);
    if (newer) this.append(newer);
  }

  /** Where the window ends. */
  get lastSeq() {
    return this.hasNewer ? this.endSeq : this.newestSeq;
  }

  /** Messages in order, from the oldest that is held. */
  messages() {
    return [...this.bySeq.values()].sort((one, other) => one.seq - other.seq);
  }

  /** @param {number} seq */
  covers(seq) {
    return seq >= this.firstSeq && (!this.hasNewer || seq <= this.endSeq);
  }

  /** @param {number | "end"} place */
  reaches(place) {
    return place === "end" ? !this.hasNewer : this.bySeq.has(place);
  }

  /**
   * What a poll brought. The list is in the order of changes: while more is to come, the newest of a part of it proves
   * nothing, because one before it may have been edited since.
   * @param {Message[]} messages
   * @param {number} after the cursor this answer leads to
   * @param {boolean} [hasMore]
   */
  apply(messages, after, hasMore = false) {
    this.mergeAll(messages);
    if (!hasMore) for (const { seq } of messages) this.confirm(seq);
    if (!this.hasNewer) while (this.bySeq.has(this.newestSeq + 1)) this.newestSeq += 1;
    this.cursor = Math.max(this.cursor, after);
    this.trim();
  }

  /**
   * The conversation has all messages up to this one.
   * @param {number} seq
   */
  confirm(seq) {
    this.newestSeq = Math.max(this.newestSeq, seq);
  }

  /**
   * Wait for a page. What changes meanwhile outside of the window is kept: the page may be older than that. Any later
   * page is not, because it is asked for when the change is known.
   * @param {Promise<MessagePage>} request
   * @param {(page: MessagePage) => void} take
   */
  async fetched(request, take) {
    this.awaited += 1;
    try {
      take(await request);
    } finally {
      this.awaited -= 1;
      if (this.awaited === 0) this.late.clear();
    }
  }

  /**
   * An older page. One that does not end where the window begins is late, and ignored.
   * @param {MessagePage} page
   */
  prepend(page) {
    const last = page.messages.at(-1);
    if (last && last.seq !== this.firstSeq - 1) return;
    this.firstSeq = page.messages[0]?.seq ?? this.firstSeq;
    this.hasOlder = page.has_more && page.messages.length > 0;
    this.mergeAll(page.messages);
    this.trim();
  }

  /**
   * A newer page. One that does not begin where the window ends is late, and ignored.
   * @param {MessagePage} page
   */
  append(page) {
    const first = page.messages[0];
    if (!this.hasNewer || (first && first.seq !== this.endSeq + 1)) return;
    this.endSeq = page.messages.at(-1)?.seq ?? this.endSeq;
    this.hasNewer = page.has_more;
    this.confirm(page.last_seq);
    this.mergeAll(page.messages);
    this.trim();
  }

  /** One message. @param {Message} message */
  merge(message) {
    if (this.covers(message.seq)) keepNewer(this.bySeq, message);
    else if (this.awaited > 0) keepNewer(this.late, message);
  }

  /** Whether a message of the window is missing. It never should be. */
  hasHole() {
    for (let seq = this.firstSeq; seq <= this.lastSeq; seq += 1) if (!this.bySeq.has(seq)) return true;
    return false;
  }

  /** @param {Message[]} messages */
  mergeAll(messages) {
    for (const message of [...messages, ...this.late.values()]) this.merge(message);
  }

  /** Hold no more than the window: what is farther from the reader goes. */
  trim() {
    // So many that cannot be proved yet are left for later.
    if (this.bySeq.size > 2 * WINDOW && !this.hasNewer) this.dropNewest(this.newestSeq);
    const excess = this.lastSeq - this.firstSeq + 1 - WINDOW;
    if (excess <= 0) return;
    const isNearFirst = this.anchor !== null && this.anchor - this.firstSeq < this.lastSeq - this.anchor;
    if (isNearFirst) this.dropNewest(this.lastSeq - excess);
    else this.dropOldest(this.firstSeq + excess);
  }

  /** The page leaves the screen: what is above a reader at the end can be asked for again. */
  rest() {
    const firstSeq = this.lastSeq - AT_REST + 1;
    if (this.anchor === null && !this.hasNewer && firstSeq > this.firstSeq) this.dropOldest(firstSeq);
  }

  /** @param {number} endSeq */
  dropNewest(endSeq) {
    this.endSeq = endSeq;
    this.hasNewer = true;
    this.dropOutside();
  }

  /** @param {number} firstSeq */
  dropOldest(firstSeq) {
    this.firstSeq = firstSeq;
    this.hasOlder = true;
    this.dropOutside();
  }

  dropOutside() {
    for (const seq of this.bySeq.keys()) if (!this.covers(seq)) this.bySeq.delete(seq);
  }
}

/** @param {Map<number, Message>} messages @param {Message} message */
function keepNewer(messages, message) {
  const known = messages.get(message.seq);
  if (!known || known.rev < message.rev) messages.set(message.seq, message);
}
