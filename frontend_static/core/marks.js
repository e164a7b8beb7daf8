import { fold } from "./fold.js";

/** Of a longer run only the beginning is compared, in pieces: to take accents off a run of them takes quadratic time. */
const WORD = /[\p{L}\p{N}\p{M}_]{1,200}/gu;
/** Between two words: one of them is enough. */
const OR = "or";
/** Characters kept before the first word that is marked. */
const LEAD = 40;

/** @typedef {{text: string, isMatch: boolean}} MarkedPart */

/**
 * Split a text into parts. Those words are marked that begin with a word of the query, in any case and with any accents.
 * @param {string} text
 * @param {string} query
 * @returns {MarkedPart[]}
 */
export function markWords(text, query) {
  const parts = [];
  let from = 0;
  for (const { index, end } of matches(text, query)) {
    if (index > from) parts.push({ text: text.slice(from, index), isMatch: false });
    parts.push({ text: text.slice(index, end), isMatch: true });
    from = end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), isMatch: false });
  return parts;
}

/**
 * So much of a text that its first marked word is in sight, on one line.
 * @param {string} text
 * @param {string} query
 * @param {number} longest characters
 */
export function excerpt(text, query, longest) {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= longest) return line;
  const first = matches(line, query).next().value?.index ?? 0;
  const from = first <= LEAD ? 0 : wordStart(line, Math.min(first - LEAD, line.length - longest), first);
  const to = Math.min(from + longest, line.length);
  return `${from > 0 ? "…" : ""}${whole(line.slice(from, to))}${to < line.length ? "…" : ""}`;
}

/** @param {string} text @param {string} query */
function* matches(text, query) {
  const wanted = Array.from(query.matchAll(WORD), ([word]) => fold(word)).filter((word) => word && word !== OR);
  for (const match of text.matchAll(WORD)) {
    const word = fold(match[0]);
    if (wanted.some((each) => word.startsWith(each))) yield { index: match.index, end: match.index + match[0].length };
  }
}

/** The first beginning of a word after a place. @param {string} line @param {number} from @param {number} before */
function wordStart(line, from, before) {
  const space = line.indexOf(" ", from);
  return space === -1 || space >= before ? from : space + 1;
}

/** Without the half of a pair that a cut left behind. @param {string} text */
function whole(text) {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
}
