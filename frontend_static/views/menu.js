import { el, icon, keyed, part } from "./dom.js";

const GAP_PX = 6;
const EDGE_PX = 8;

/** @typedef {{label: string, icon: string, danger?: boolean, isChecked?: boolean, action: () => void}} MenuItem `isChecked`: one of several, of which one is */
/** @typedef {{isSheet?: boolean}} MenuOptions `isSheet`: at the foot of the screen, for fingers */

/** The one menu of the page, opened beside whichever button asks for it. */
export class Menu {
  constructor() {
    this.root = part("menu", HTMLDivElement);
    /** @type {HTMLElement | null} */
    this.opener = null;
    this.root.addEventListener("keydown", (event) => this.keydown(event));
    this.root.addEventListener("toggle", (event) => this.toggled(event));
    addEventListener("resize", () => this.isMenu() && this.root.hidePopover());
    // A sheet that a long press opened must outlast the end of that press, so it does not close by itself.
    addEventListener("pointerdown", (event) => this.pressedOutside(event), { capture: true });
  }

  /**
   * @param {HTMLElement} opener
   * @param {(MenuItem | "line")[]} items
   * @param {HTMLElement | null} [heading]
   * @param {MenuOptions} [options]
   */
  open(opener, items, heading = null, { isSheet = false } = {}) {
    if (!this.begin(opener)) return;
    this.root.setAttribute("role", "menu");
    this.root.setAttribute("aria-label", opener.getAttribute("aria-label") ?? "");
    this.root.replaceChildren(...(heading ? [heading] : []), ...items.map((item) => (item === "line" ? separator() : this.item(item))));
    this.show(opener, isSheet);
    this.items()[0]?.focus();
  }

  /**
   * Something else than a list of actions, in the same place.
   * @param {HTMLElement} opener
   * @param {HTMLElement} panel
   * @param {{label: string} & MenuOptions} options
   */
  openPanel(opener, panel, { label, isSheet = false }) {
    if (!this.begin(opener)) return;
    this.root.setAttribute("role", "dialog");
    this.root.setAttribute("aria-label", label);
    this.root.replaceChildren(panel);
    this.show(opener, isSheet);
  }

  /** False when this closed the menu of the same button. @param {HTMLElement} opener */
  begin(opener) {
    const wasOpen = this.opener === opener && this.root.matches(":popover-open");
    this.root.hidePopover();
    this.opener = opener;
    return !wasOpen;
  }

  /** @param {HTMLElement} opener @param {boolean} isSheet */
  show(opener, isSheet) {
    this.root.popover = isSheet ? "manual" : "auto";
    this.root.classList.toggle("menu-sheet", isSheet);
    opener.setAttribute("aria-expanded", "true");
    opener.closest("nav, main")?.append(this.root);
    this.root.showPopover();
    if (isSheet) this.root.style.top = this.root.style.left = "";
    else this.place(opener.getBoundingClientRect());
  }

  /** @param {MenuItem} item */
  item({ label, icon: picture, danger, isChecked, action }) {
    const element = this.action(danger ? "menu-item menu-item-danger" : "menu-item", action);
    element.append(icon(picture), label);
    element.setAttribute("role", isChecked === undefined ? "menuitem" : "menuitemradio");
    if (isChecked !== undefined) element.setAttribute("aria-checked", String(isChecked));
    if (isChecked) element.append(icon("check"));
    return element;
  }

  /**
   * Several small ones in one line, which the arrows to the sides go along.
   * @param {{text: string | Node, label: string, isPressed?: boolean, action: () => void}[]} choices
   */
  row(choices) {
    const row = el("div", "menu-row");
    row.setAttribute("role", "presentation");
    for (const { text, label, isPressed, action } of choices) {
      const element = this.action("menu-choice", action);
      element.append(text);
      element.setAttribute("role", isPressed === undefined ? "menuitem" : "menuitemcheckbox");
      if (isPressed !== undefined) element.setAttribute("aria-checked", String(isPressed));
      element.setAttribute("aria-label", label);
      row.append(element);
    }
    return row;
  }

  /** @param {string} className @param {() => void} action */
  action(className, action) {
    const element = el("button", className);
    element.type = "button";
    element.tabIndex = -1;
    element.addEventListener("click", () => {
      this.close();
      action();
    });
    return element;
  }

  /** @param {DOMRect} anchor */
  place(anchor) {
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const below = anchor.bottom + GAP_PX;
    const top = below + height + EDGE_PX > innerHeight ? anchor.top - GAP_PX - height : below;
    // Its end is at the end of the button.
    const end = document.dir === "rtl" ? anchor.left : anchor.right - width;
    const left = Math.min(Math.max(end, EDGE_PX), innerWidth - width - EDGE_PX);
    this.root.style.top = `${Math.max(top, EDGE_PX)}px`;
    this.root.style.left = `${left}px`;
  }

  close() {
    this.root.hidePopover();
    this.heir()?.focus();
  }

  /** The button that opened it, or the one that was painted in its place since, or the log that this one is gone from. */
  heir() {
    const { opener } = this;
    if (!opener || opener.isConnected) return opener;
    const line = opener.closest("[data-key]");
    const row = line instanceof HTMLElement ? keyed(line.dataset.key) : null;
    const same = row?.querySelector(`[data-part="${CSS.escape(opener.dataset.part ?? "")}"]`);
    return same instanceof HTMLElement ? same : part("log-scroller", HTMLDivElement);
  }

  /** @param {Event} event */
  toggled(event) {
    if (event instanceof ToggleEvent && event.newState === "closed") this.opener?.setAttribute("aria-expanded", "false");
  }

  /** @param {PointerEvent} event */
  pressedOutside(event) {
    const isOpenSheet = this.root.popover === "manual" && this.root.matches(":popover-open");
    if (!isOpenSheet || !(event.target instanceof Node)) return;
    // The dimmed page behind it is part of it.
    const { top } = this.root.getBoundingClientRect();
    if (!this.root.contains(event.target) || event.clientY < top) this.close();
  }

  isMenu() {
    return this.root.getAttribute("role") === "menu";
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    if (event.key === "Escape") this.close();
    else if (!this.isMenu()) return;
    else if (event.key === "Tab") this.close();
    else if (!this.walk(event.key)) return;
    event.preventDefault();
  }

  /** Up and down from line to line, to the sides within one. @param {string} key @returns {boolean} whether it was such a key */
  walk(key) {
    const lines = this.lines();
    const line = lines.findIndex((items) => items.some((item) => item === document.activeElement));
    const inLine = lines[line] ?? [];
    const at = inLine.findIndex((item) => item === document.activeElement);
    const isRtl = getComputedStyle(this.root).direction === "rtl";
    /** @type {Record<string, HTMLElement | undefined>} */
    const targets = {
      ArrowDown: lines.at((line + 1) % lines.length)?.[0],
      ArrowUp: lines.at((line < 0 ? 0 : line - 1) % lines.length)?.[0],
      ArrowRight: inLine.at((at + (isRtl ? -1 : 1)) % inLine.length),
      ArrowLeft: inLine.at((at + (isRtl ? 1 : -1)) % inLine.length),
      Home: lines[0]?.[0],
      End: lines.at(-1)?.[0],
    };
    targets[key]?.focus();
    return key in targets;
  }

  /** @returns {HTMLElement[][]} */
  lines() {
    /** @type {HTMLElement[][]} */
    const lines = [];
    for (const item of this.items()) {
      const row = item.closest(".menu-row");
      if (row && lines.at(-1)?.[0].closest(".menu-row") === row) lines.at(-1)?.push(item);
      else lines.push([item]);
    }
    return lines;
  }

  items() {
    return /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll("[role^=menuitem]")]);
  }
}

function separator() {
  const line = el("div", "menu-line");
  line.setAttribute("role", "separator");
  return line;
}
