/** From the answer to one request to the cookie that the answer to another one brings. */
const COOKIE_MS = 1000;

/**
 * Whether the person whom the page was painted for is the one who is signed in. It is asked beside the first poll; until
 * it is known nothing is taken in, and nothing is asked in their name.
 */
export class Identity {
  /** @param {{ask: () => Promise<Me>, another: () => void, clock: Clock}} tools `another`: somebody else is signed in */
  constructor({ ask, another, clock }) {
    this.ask = ask;
    this.another = another;
    this.clock = clock;
    /** @type {Me | null} */
    this.expected = null;
    /** @type {Promise<void> | null} */
    this.asking = null;
  }

  /** @param {Me} me who is shown without having been asked for */
  doubt(me) {
    this.expected = me;
    this.asking = null;
  }

  /** The server has said who it is. */
  know() {
    this.expected = null;
    this.asking = null;
  }

  /** Resolves when there is no doubt. Throws what the server answers, or that it does not; then it may be asked again. */
  async confirm() {
    while (this.expected !== null) await (this.asking ??= this.compare(this.expected));
  }

  /** @param {Me} expected */
  async compare(expected) {
    try {
      const me = await this.ask();
      if (this.expected !== expected) return;
      if (me.id !== expected.id) await this.stop();
      Object.assign(expected, me);
      this.know();
    } finally {
      if (this.expected === expected) this.asking = null;
    }
  }

  /**
   * Whether they are still signed in, though a request was refused: it may have been under way with the cookie that a new
   * password, chosen in this browser, has replaced. It is asked after a moment, in which the new cookie arrives.
   * @param {Me} me
   */
  async isStill(me) {
    await new Promise((resolve) => this.clock.setTimeout(() => resolve(null), COOKIE_MS));
    try {
      return (await this.ask()).id === me.id;
    } catch {
      return false;
    }
  }

  /** For ever: the page goes away. */
  stop() {
    this.another();
    return new Promise(() => {});
  }
}
