import { part } from "./dom.js";

/** While somebody reads back, the day of what is at the top; its separator may be far above. */
export class DayLabel {
  /** @param {import("./scroll.js").ScrollKeeper} keeper */
  constructor(keeper) {
    this.keeper = keeper;
    this.label = part("log-day", HTMLParagraphElement);
  }

  hide() {
    this.label.hidden = true;
  }

  render() {
    const day = this.keeper.isPinned ? null : dayAbove(this.keeper.firstVisible());
    this.label.hidden = day === null || !this.keeper.isAbove(day);
    this.label.textContent = day?.textContent ?? "";
  }
}

/** @param {Element | null} line */
function dayAbove(line) {
  let each = line;
  while (each && !each.classList.contains("day")) each = each.previousElementSibling;
  return each;
}
