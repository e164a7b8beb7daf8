import { watchSleep } from "../core/watchdog.js";

/** A window without focus may still be read, on a second screen; for this long after its last sign of life. */
const IDLE_MS = 60_000;

/** Knows whether somebody is looking, and when they come back. */
export class Attention {
  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
    this.lastSignOfLife = clock.now();
    for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"]) {
      addEventListener(name, () => this.sawSomebody(), { passive: true, capture: true });
    }
  }

  isVisible() {
    return document.visibilityState === "visible";
  }

  isAttentive() {
    return this.isVisible() && (document.hasFocus() || this.clock.now() - this.lastSignOfLife < IDLE_MS);
  }

  sawSomebody() {
    this.lastSignOfLife = this.clock.now();
  }

  /** @param {{came: () => void, left: () => void, looked: () => void}} events */
  watch({ came, left, looked }) {
    document.addEventListener("visibilitychange", () => (this.isVisible() ? came() : left()));
    addEventListener("pageshow", (event) => event.persisted && came());
    addEventListener("online", came);
    addEventListener("focus", looked);
    addEventListener("blur", () => {
      this.lastSignOfLife = -Infinity;
      left();
    });
    watchSleep(this.clock, came);
  }
}
