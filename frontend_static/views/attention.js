import { Activity } from "../core/activity.js";
import { watchSleep } from "../core/watchdog.js";

/** A window without focus may still be read, on a second screen; for this long after its last sign of life. */
const IDLE_MS = 60_000;
/** Not "scroll": a page scrolls by itself when a message comes, a person by one of these. */
const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "touchmove"];

/** Knows whether somebody is looking, and when they come back. */
export class Attention {
  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
    this.lastSignOfLife = clock.now();
    this.events = { came() {}, left() {}, looked() {} };
    this.activity = new Activity({ clock, forgotten: () => this.events.left() });
    for (const name of SIGNS_OF_LIFE) {
      addEventListener(name, () => this.sawSomebody(this.isAttentive()), { passive: true, capture: true });
    }
  }

  /** Whether the page is on the screen. */
  isVisible() {
    return document.visibilityState === "visible";
  }

  /** Whether somebody may be looking at it. */
  isPresent() {
    return this.isVisible() && !this.activity.isForgotten();
  }

  /** Whether what appears on it now is taken as read. */
  isAttentive() {
    return this.isPresent() && (document.hasFocus() || this.clock.now() - this.lastSignOfLife < IDLE_MS);
  }

  /** @param {boolean} wasAttentive */
  sawSomebody(wasAttentive) {
    this.lastSignOfLife = this.clock.now();
    if (this.activity.saw()) this.events.came();
    else if (!wasAttentive) this.events.looked();
  }

  turned() {
    if (!this.isVisible()) {
      this.events.left();
      return;
    }
    this.activity.saw();
    this.events.came();
  }

  /** @param {{came: () => void, left: () => void, looked: () => void}} events */
  watch(events) {
    this.events = events;
    document.addEventListener("visibilitychange", () => this.turned());
    addEventListener("pageshow", (event) => event.persisted && this.events.came());
    addEventListener("online", events.came);
    addEventListener("focus", () => this.sawSomebody(false));
    addEventListener("blur", () => {
      this.lastSignOfLife = -Infinity;
      events.left();
    });
    watchSleep(this.clock, events.came);
  }
}
