import { focusLine, MARKED } from "./message-rows.js";

const MARKED_MS = 3000;

/** Shows for a moment which message a link has led to. */
export class Marker {
  /** @param {HTMLElement} list @param {Clock} clock */
  constructor(list, clock) {
    this.list = list;
    this.clock = clock;
    /** @type {unknown} */
    this.timer = undefined;
  }

  /** The focus goes there too, so that a screen reader reads it, and goes on from there. @param {HTMLElement} line */
  mark(line) {
    this.clear();
    line.classList.add(MARKED);
    focusLine(line);
    this.timer = this.clock.setTimeout(() => this.clear(), MARKED_MS);
  }

  clear() {
    this.clock.clearTimeout(this.timer);
    for (const line of this.list.querySelectorAll(`.${MARKED}`)) line.classList.remove(MARKED);
  }
}
