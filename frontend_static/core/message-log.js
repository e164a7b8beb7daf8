/**
 * The messages of one conversation that this browser holds: everything from `firstSeq` on, and a cursor that only
 * the server's answers move. A message is replaced by a newer `rev` of itself only, so answers may come in any order.
 */
export class MessageLog {
  /** @param {MessagePage} page the newest page */
  constructor(page) {
    /** @type {Map<number, Message>} */
    this.bySeq = new Map();
    this.cursor = page.cursor;
    this.firstSeq = page.messages[0]?.seq ?? page.last_seq + 1;
    this.hasOlder = page.has_more;
    this.completeSeq = this.firstSeq - 1;
    this.confirmedSeq = page.last_seq;
    this.mergeAll(page.messages);
  }

  /** Messages in order, from the oldest that is loaded. */
  messages() {
    const held = [...this.bySeq.values()].filter((message) => message.seq >= this.firstSeq);
    return held.sort((one, other) => one.seq - other.seq);
  }

  /**
   * What a poll brought.
   * @param {Message[]} messages
   * @param {number} after the cursor this answer leads to
   */
  apply(messages, after) {
    this.mergeAll(messages);
    for (const message of messages) this.confirm(message.seq);
    this.cursor = Math.max(this.cursor, after);
  }

  /**
   * The answer covers all messages up to this one.
   * @param {number} seq
   */
  confirm(seq) {
    this.confirmedSeq = Math.max(this.confirmedSeq, seq);
  }

  /**
   * An older page. One that does not end where the log begins is late, and ignored.
   * @param {MessagePage} page
   */
  prepend(page) {
    const last = page.messages.at(-1);
    if (last && last.seq !== this.firstSeq - 1) return;
    this.mergeAll(page.messages);
    this.firstSeq = page.messages[0]?.seq ?? this.firstSeq;
    this.hasOlder = page.has_more && page.messages.length > 0;
  }

  /**
   * One message, also one older than `firstSeq`: an edit may arrive before the page it belongs to.
   * @param {Message} message
   * @returns {boolean} whether it is news
   */
  merge(message) {
    const known = this.bySeq.get(message.seq);
    if (known && known.rev >= message.rev) return false;
    this.bySeq.set(message.seq, message);
    while (this.bySeq.has(this.completeSeq + 1)) this.completeSeq += 1;
    return true;
  }

  /** Whether a message that the server has confirmed is missing. It never should be. */
  hasHole() {
    return this.completeSeq < this.confirmedSeq;
  }

  /** @param {Message[]} messages */
  mergeAll(messages) {
    for (const message of messages) this.merge(message);
  }
}
