/** Nobody sits before a page for so long without touching anything: a tab on the screen has been forgotten. */
const FORGOTTEN_MS = 600_000;

/** Whether somebody has been at the page lately. */
export class Activity {
  /** @param {{clock: Clock, forgotten: () => void}} tools */
  constructor({ clock, forgotten }) {
    this.clock = clock;
    this.forgotten = forgotten;
    this.lastSeen = clock.now();
    /** @type {unknown} */
    this.timer = undefined;
    this.watch(FORGOTTEN_MS);
  }

  /** By the time of day, not by the timer: the machine may have slept. */
  isForgotten() {
    return this.clock.now() - this.lastSeen >= FORGOTTEN_MS;
  }

  /**
   * Somebody did something.
   * @returns {boolean} whether they come back to a forgotten page
   */
  saw() {
    const isBack = this.isForgotten();
    this.lastSeen = this.clock.now();
    if (isBack) this.watch(FORGOTTEN_MS);
    return isBack;
  }

  /** One timer, however often somebody is seen. @param {number} milliseconds */
  watch(milliseconds) {
    this.clock.clearTimeout(this.timer);
    this.timer = this.clock.setTimeout(() => this.look(), milliseconds);
  }

  look() {
    if (this.isForgotten()) this.forgotten();
    else this.watch(this.lastSeen + FORGOTTEN_MS - this.clock.now());
  }
}
