import { fold } from "./fold.js";

const LETTER = /[\p{L}\p{N}]/u;
/** What a letter is worth: more where a word begins, or right after the letter before it. */
const ANY = 1;
const WORD_START = 7;
const NAME_START = 3;
const FOLLOWS = 8;
/** For each letter that is left over: of two names that fit alike the shorter one is meant. */
const LEFT_OVER = 0.05;

/** @typedef {{score: number, from: number}} Step the best way to this letter, and the letter of the name before it */

/**
 * How well a name fits what was typed: all its letters in their order, in any case and with any accents.
 * @param {string} query
 * @param {string} name
 * @returns {{score: number, marks: Set<number>} | null} the higher the better, and which characters fit (code points)
 */
export function fuzzy(query, name) {
  const wanted = Array.from(query.normalize("NFC"), fold).filter((letter) => letter.trim());
  const letters = Array.from(name.normalize("NFC"), fold);
  if (wanted.length === 0) return { score: 0, marks: new Set() };
  /** @type {(Step | null)[][]} */
  const rows = [];
  for (const letter of wanted) rows.push(nextRow(letter, letters, rows.at(-1)));
  const last = best(rows[rows.length - 1], letters.length);
  if (last === -1) return null;
  const score = (rows.at(-1)?.[last]?.score ?? 0) - LEFT_OVER * letters.length;
  return { score, marks: trace(rows, last) };
}

/**
 * Those whose names fit, the best first; alike ones keep their order.
 * @template Item
 * @param {string} query
 * @param {Item[]} items
 * @param {(item: Item) => string} nameOf
 */
export function rank(query, items, nameOf) {
  const found = [];
  for (const item of items) {
    const fit = fuzzy(query, nameOf(item));
    if (fit) found.push({ item, ...fit });
  }
  return found.sort((one, other) => other.score - one.score);
}

/** @param {string} letter @param {string[]} letters @param {(Step | null)[] | undefined} before */
function nextRow(letter, letters, before) {
  let bestBefore = -1;
  return letters.map((each, index) => {
    if (before && index > 1 && better(before, index - 2, bestBefore)) bestBefore = index - 2;
    // The beginning of a letter is enough: an input method builds some out of several.
    return each.startsWith(letter) ? step(letters, index, before, bestBefore) : null;
  });
}

/** @param {string[]} letters @param {number} index @param {(Step | null)[] | undefined} before @param {number} far */
function step(letters, index, before, far) {
  const isStart = index === 0 || !LETTER.test(letters[index - 1]);
  const worth = ANY + (isStart ? WORD_START : 0) + (index === 0 ? NAME_START : 0);
  if (!before) return { score: worth, from: -1 };
  const near = before[index - 1];
  const jump = far === -1 ? null : before[far];
  if (near && (!jump || near.score + FOLLOWS >= jump.score)) return { score: near.score + FOLLOWS + worth, from: index - 1 };
  return jump ? { score: jump.score + worth, from: far } : null;
}

/** @param {(Step | null)[]} row @param {number} index @param {number} other */
function better(row, index, other) {
  const score = row[index]?.score;
  return score !== undefined && (other === -1 || score > (row[other]?.score ?? 0));
}

/** @param {(Step | null)[]} row @param {number} length */
function best(row, length) {
  let found = -1;
  for (let index = 0; index < length; index += 1) if (better(row, index, found)) found = index;
  return found;
}

/** @param {(Step | null)[][]} rows @param {number} last */
function trace(rows, last) {
  const marks = new Set();
  for (let row = rows.length - 1, index = last; row >= 0; row -= 1) {
    marks.add(index);
    index = rows[row][index]?.from ?? -1;
  }
  return marks;
}
