const QUIET_MS = 3000;

/** Says "typing" at most every three seconds. Losing one does no harm, so a failure is not retried. */
export class TypingSender {
  /** @param {{put: (conversation: number) => Promise<void>, clock: Clock}} tools */
  constructor({ put, clock }) {
    this.put = put;
    this.clock = clock;
    this.lastAt = -Infinity;
    /** @type {number | null} */
    this.lastConversation = null;
  }

  /** @param {number} conversation */
  typed(conversation) {
    const isQuiet = this.clock.now() - this.lastAt >= QUIET_MS;
    if (!isQuiet && conversation === this.lastConversation) return;
    this.lastAt = this.clock.now();
    this.lastConversation = conversation;
    this.put(conversation).catch(() => {});
  }

  /** The message is out: typing the next one is news again. */
  sent() {
    this.lastAt = -Infinity;
  }
}
