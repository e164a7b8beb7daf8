/** Screen readers are told of a change some time after it was made. */
const SETTLE_MS = 1000;

/** Whether a screen reader says what is added to the log: what is new, but not the history that is painted. */
export class LiveLog {
  /** @param {HTMLElement} log @param {Clock} clock */
  constructor(log, clock) {
    this.log = log;
    this.clock = clock;
    /** @type {unknown} */
    this.timer = undefined;
  }

  speak() {
    this.clock.clearTimeout(this.timer);
    this.log.setAttribute("aria-live", "polite");
  }

  /** For the change that is made now. */
  hush() {
    this.clock.clearTimeout(this.timer);
    this.log.setAttribute("aria-live", "off");
    this.timer = this.clock.setTimeout(() => this.speak(), SETTLE_MS);
  }
}
