import { signatureOf } from "../core/locale.js";
import { arrange } from "./dom.js";
import { rowElement } from "./message.js";

/** The class of the message that a link has led to; it outlives a repaint. */
export const MARKED = "message-marked";
const CONTROLS = "a[href], button";

/**
 * A line, and which of its controls: by the name of its part, else by its place; -1 is the line itself.
 * @typedef {{key: string, part: string, index: number}} Focus
 */

/** The lines of the log: an element stays for as long as what it shows stays, so that one new message costs one element. */
export class MessageRows {
  /** @param {{list: HTMLElement, time: TimeFormat, actions: MessageActions}} tools */
  constructor({ list, time, actions }) {
    this.list = list;
    this.time = time;
    this.actions = actions;
    /** @type {Map<string, {signature: string, element: HTMLElement}>} */
    this.known = new Map();
  }

  clear() {
    this.known.clear();
    this.list.replaceChildren();
  }

  /** @param {string} key */
  element(key) {
    return this.known.get(key)?.element ?? null;
  }

  /**
   * @param {Row[]} rows
   * @param {boolean} isGroup
   * @param {(row: Row) => boolean} isNews whether a screen reader is to say it
   */
  paint(rows, isGroup, isNews) {
    const focus = this.focus();
    const elements = rows.map((row) => this.elementOf(row, isGroup, isNews));
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of this.known.keys()) if (!keys.has(key)) this.known.delete(key);
    arrange(this.list, elements);
    if (focus) this.restore(focus);
  }

  /** @param {Row} row @param {boolean} isGroup @param {(row: Row) => boolean} isNews */
  elementOf(row, isGroup, isNews) {
    const signature = signatureOf([row, this.actions.isClosed()]);
    const known = this.known.get(row.key);
    if (known?.signature === signature) return known.element;
    const element = rowElement(row, isGroup, this.time, this.actions);
    element.dataset.key = row.key;
    element.classList.toggle(MARKED, known?.element.classList.contains(MARKED) ?? false);
    if (!isNews(row)) element.setAttribute("aria-live", "off");
    this.known.set(row.key, { signature, element });
    return element;
  }

  /** Where the focus is, if it is in the log. @returns {Focus | null} */
  focus() {
    const active = document.activeElement;
    const line = active?.closest("[data-key]");
    if (!(line instanceof HTMLElement) || !this.list.contains(line)) return null;
    const part = active instanceof HTMLElement ? (active.dataset.part ?? "") : "";
    return { key: line.dataset.key ?? "", part, index: [...line.querySelectorAll(CONTROLS)].findIndex((each) => each === active) };
  }

  /** An element that took the place of another one takes its focus; if there is none, the log does. @param {Focus} focus */
  restore({ key, part, index }) {
    if (this.list.contains(document.activeElement)) return;
    const line = this.element(key);
    const controls = [...(line?.querySelectorAll(CONTROLS) ?? [])];
    const control = controls.find((each) => part !== "" && each instanceof HTMLElement && each.dataset.part === part) ?? controls[index];
    if (control instanceof HTMLElement) control.focus({ preventScroll: true });
    else if (line) focusLine(line);
    else this.list.parentElement?.focus({ preventScroll: true });
  }
}

/** A message is no stop of the Tab key, but a reader can be put there. @param {HTMLElement} line */
export function focusLine(line) {
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
}
