const MOST = 200;
const RETRY_MS = 30_000;

/** @typedef {{message: Message | null, askedAt: number}} Held `message` is null until it is there */

/** Messages that others answer, which may be far up in the log: each is fetched once, and the last few are kept. */
export class Quotes {
  /**
   * @param {object} tools
   * @param {(conversation: number, seq: number) => Promise<MessagePage>} tools.load the page that begins with this message
   * @param {Clock} tools.clock
   * @param {() => void} tools.changed
   */
  constructor({ load, clock, changed }) {
    this.load = load;
    this.clock = clock;
    this.changed = changed;
    /** @type {Map<string, Held>} */
    this.held = new Map();
  }

  /**
   * The message that is quoted, or null while it is not known.
   * @param {number} conversation
   * @param {number} seq
   * @param {MessageLog | undefined} log
   * @returns {Message | null}
   */
  of(conversation, seq, log) {
    const key = `${conversation}/${seq}`;
    const held = this.held.get(key);
    const inLog = log?.bySeq.get(seq);
    const newest = inLog && (!held?.message || held.message.rev <= inLog.rev) ? inLog : (held?.message ?? null);
    if (!newest && (!held || this.clock.now() - held.askedAt > RETRY_MS)) this.fetch(key, conversation, seq);
    return newest;
  }

  /** What changed: the log holds only what stands near the reader. @param {number} conversation @param {Message[]} messages */
  heard(conversation, messages) {
    for (const message of messages) {
      const held = this.held.get(`${conversation}/${message.seq}`);
      if (held?.message && held.message.rev < message.rev) held.message = message;
    }
  }

  /** @param {string} key @param {number} conversation @param {number} seq */
  async fetch(key, conversation, seq) {
    this.hold(key, { message: null, askedAt: this.clock.now() });
    try {
      const { messages } = await this.load(conversation, seq);
      const message = messages.find((each) => each.seq === seq);
      if (message) this.hold(key, { message, askedAt: this.clock.now() });
      this.changed();
    } catch {
      // The quote stays empty, and is asked for again when it is shown later.
    }
  }

  /** @param {string} key @param {Held} held */
  hold(key, held) {
    this.held.delete(key);
    this.held.set(key, held);
    if (this.held.size > MOST) this.held.delete(this.held.keys().next().value ?? "");
  }
}
