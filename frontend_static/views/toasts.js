import { strings } from "../core/strings.js";
import { button, el, icon, part } from "./dom.js";

const LASTS_MS = 6000;

/**
 * @typedef {object} Offer what can be done about it
 * @property {string} label
 * @property {() => void} action
 * @property {() => void} paused somebody is at the button: by the mouse or by the keyboard
 * @property {() => void} resumed
 */

/** Short words at the foot of the page. They are read out, and go by themselves; not while somebody is at them. */
export class Toasts {
  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
    this.root = part("toasts", HTMLDivElement);
  }

  /** @param {string} text */
  say(text) {
    /** @type {unknown} */
    let timer;
    const paused = () => this.clock.clearTimeout(timer);
    const resumed = () => (timer = this.clock.setTimeout(() => toast.remove(), LASTS_MS));
    const toast = this.add(text, paused, resumed);
    const close = button("", "icon-button icon-button-small", () => toast.remove());
    close.append(icon("close"));
    close.setAttribute("aria-label", strings.close);
    toast.append(close);
    resumed();
  }

  /** It stays until it is taken away. @param {string} text @param {Offer} offer */
  offer(text, { label, action, paused, resumed }) {
    const toast = this.add(text, paused, resumed);
    toast.append(button(label, "link-button", action));
    return toast;
  }

  /** @param {string} text @param {() => void} paused @param {() => void} resumed */
  add(text, paused, resumed) {
    const toast = el("div", "toast", el("span", "toast-text", text));
    const look = () => (toast.matches(":hover, :focus-within") ? paused() : resumed());
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, paused);
    // The next thing to have the focus has it only after this event.
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, () => queueMicrotask(look));
    this.root.append(toast);
    return toast;
  }
}
