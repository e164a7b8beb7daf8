import { WORD } from "./mentions.js";

/** A name that is being typed: what stands between "@" and the caret. */
const BEGUN = new RegExp(`(?<!${WORD})@([^@\\n]{0,40})$`, "u");
const MOST = 6;

/**
 * The name that is being typed at the caret, if any.
 * @param {string} text
 * @param {number} caret
 * @returns {{start: number, query: string} | null} `start` is where the "@" stands
 */
export function mentionBegun(text, caret) {
  const match = BEGUN.exec(text.slice(0, caret));
  return match ? { start: match.index, query: match[1] } : null;
}

/**
 * Who may be meant, best first: whoever has a word in their name that begins like this.
 * @template {Person} Someone
 * @param {string} query
 * @param {Someone[]} people
 * @returns {Someone[]}
 */
export function peopleNamed(query, people) {
  const wanted = simple(query);
  const starts = people.filter(({ name }) => simple(name).startsWith(wanted));
  const later = people.filter(({ name }) => !simple(name).startsWith(wanted) && simple(name).includes(` ${wanted}`));
  return [...starts, ...later].slice(0, MOST);
}

/** Without accents and case, so that "jose" finds José. @param {string} text */
function simple(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").toLowerCase();
}

/**
 * The text with the begun name completed, and where the caret goes.
 * @param {string} text
 * @param {{start: number, query: string}} begun
 * @param {string} name
 */
export function completeMention(text, { start, query }, name) {
  const rest = text.slice(start + 1 + query.length);
  const written = `${text.slice(0, start)}@${name}`;
  const gap = /^\s/.test(rest) ? "" : " ";
  return { text: written + gap + rest, caret: written.length + 1 };
}
