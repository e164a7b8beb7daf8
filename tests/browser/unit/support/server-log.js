/* The log of one conversation as the server keeps it (docs/protocol.md): revs and pages, but no network. */

import { message } from "./cast.js";

export class ServerLog {
  constructor() {
    this.rev = 0;
    this.lastSeq = 0;
    /** @type {Map<number, object>} */
    this.bySeq = new Map();
  }

  write(count) {
    for (let each = 0; each < count; each += 1) {
      this.lastSeq += 1;
      this.rev += 1;
      this.bySeq.set(this.lastSeq, message(this.lastSeq, { rev: this.rev }));
    }
  }

  edit(seq) {
    this.rev += 1;
    const edited = { ...this.bySeq.get(seq), rev: this.rev, text: `edited as ${this.rev}` };
    this.bySeq.set(seq, edited);
    return edited;
  }

  message(seq) {
    return this.bySeq.get(seq);
  }

  seqs(first, last) {
    return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
  }

  newest(limit) {
    return this.before(this.lastSeq + 1, limit);
  }

  before(seq, limit) {
    const last = Math.min(seq - 1, this.lastSeq);
    const first = Math.max(last - limit + 1, 1);
    return this.page(first, last, last >= first && first > 1);
  }

  from(seq, limit) {
    const last = Math.min(seq + limit - 1, this.lastSeq);
    return this.page(seq, last, last < this.lastSeq && last >= seq);
  }

  page(first, last, has_more) {
    const messages = this.seqs(first, last).map((seq) => this.bySeq.get(seq));
    return { messages, cursor: this.rev, last_seq: this.lastSeq, has_more };
  }

  /** The incremental list. */
  after(rev, limit) {
    const changed = [...this.bySeq.values()].filter((each) => each.rev > rev).sort((one, other) => one.rev - other.rev);
    const has_more = changed.length > limit;
    const messages = changed.slice(0, limit);
    return { messages, cursor: has_more ? messages.at(-1).rev : this.rev, last_seq: this.lastSeq, has_more };
  }

  /** What a poll brings to a log. */
  deltaFor(log, limit = 200) {
    const answer = this.after(log.cursor, limit);
    log.apply(answer.messages, answer.cursor, answer.has_more);
    if (!answer.has_more) log.confirm(answer.last_seq);
    return answer;
  }
}
