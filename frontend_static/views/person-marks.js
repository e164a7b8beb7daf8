import { strings } from "../core/strings.js";
import { el, icon } from "./dom.js";

/**
 * What stands beside a name and cannot be part of one: that somebody is staff, or that another name here looks the same.
 * @param {PersonMarks | null | undefined} marks
 * @returns {HTMLElement[]}
 */
export function personMarks(marks) {
  const found = [];
  if (marks?.isStaff) found.push(mark("staff", strings.staff));
  if (marks?.isAlike) found.push(mark("alike", strings.lookAlike));
  return found;
}

/** The same for a screen reader, in a label. @param {PersonMarks | null | undefined} marks */
export function marksInWords(marks) {
  return [marks?.isStaff ? strings.staff : "", marks?.isAlike ? strings.lookAlike : ""].filter(Boolean);
}

/** @param {"staff" | "alike"} kind @param {string} words */
function mark(kind, words) {
  const element = el("span", `person-mark person-mark-${kind}`, icon(kind), el("span", "visually-hidden", words));
  element.title = words;
  return element;
}
