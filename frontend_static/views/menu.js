import { el, icon, part } from "./dom.js";

const GAP_PX = 6;
const EDGE_PX = 8;

/** @typedef {{label: string, icon: string, danger?: boolean, isChecked?: boolean, action: () => void}} MenuItem `isChecked`: one of several, of which one is */

/** The one menu of the page, opened beside whichever button asks for it. */
export class Menu {
  constructor() {
    this.root = part("menu", HTMLDivElement);
    /** @type {HTMLElement | null} */
    this.opener = null;
    this.root.addEventListener("keydown", (event) => this.keydown(event));
    this.root.addEventListener("toggle", (event) => this.toggled(event));
    addEventListener("resize", () => this.root.hidePopover());
  }

  /**
   * @param {HTMLElement} opener
   * @param {(MenuItem | "line")[]} items
   * @param {HTMLElement | null} [heading]
   */
  open(opener, items, heading = null) {
    const wasOpen = this.opener === opener && this.root.matches(":popover-open");
    this.root.hidePopover();
    if (wasOpen) return;
    this.opener = opener;
    this.root.setAttribute("aria-label", opener.getAttribute("aria-label") ?? "");
    this.root.replaceChildren(...(heading ? [heading] : []), ...items.map((item) => (item === "line" ? separator() : this.item(item))));
    opener.setAttribute("aria-expanded", "true");
    opener.closest("nav, main")?.append(this.root);
    this.root.showPopover();
    this.place(opener.getBoundingClientRect());
    this.items()[0]?.focus();
  }

  /** @param {MenuItem} item */
  item({ label, icon: picture, danger, isChecked, action }) {
    const element = el("button", danger ? "menu-item menu-item-danger" : "menu-item", icon(picture), label);
    element.type = "button";
    element.tabIndex = -1;
    element.setAttribute("role", isChecked === undefined ? "menuitem" : "menuitemradio");
    if (isChecked !== undefined) element.setAttribute("aria-checked", String(isChecked));
    if (isChecked) element.append(icon("check"));
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
    const left = Math.min(Math.max(anchor.right - width, EDGE_PX), innerWidth - width - EDGE_PX);
    this.root.style.top = `${Math.max(top, EDGE_PX)}px`;
    this.root.style.left = `${left}px`;
  }

  close() {
    this.root.hidePopover();
    this.opener?.focus();
  }

  /** @param {Event} event */
  toggled(event) {
    if (event instanceof ToggleEvent && event.newState === "closed") this.opener?.setAttribute("aria-expanded", "false");
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    const items = this.items();
    const index = items.findIndex((item) => item === document.activeElement);
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 };
    if (event.key in targets) items.at(targets[event.key] % items.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") this.close();
    else return;
    event.preventDefault();
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
