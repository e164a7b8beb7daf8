import { linkify, LINKS_MAX } from "./linkify.js";
import { mentionFinder } from "./mentions.js";

const FENCE = "```";
/** The word after a fence that names a language. It is not shown. */
const LANGUAGE = /^[^\S\n]*(?:[\w+#.-]{1,20}[^\S\n]*)?\n/;
/** Links, mentions and pieces of code of one message together; the rest is text. */
export const ELEMENTS_MAX = LINKS_MAX;
const INLINE = /(?<!`)`([^`\n]+)`(?!`)/g;

/**
 * What a text is made of: plain text, links, mentions, `code`, and blocks of code between lines of three backticks.
 * What is not closed stays text, and so does what comes after ELEMENTS_MAX of them.
 * @param {string} text
 * @param {Naming} naming who can be mentioned
 * @returns {TextPart[]}
 */
export function parseText(text, naming) {
  /** @type {TextPart[]} */
  const parts = [];
  const reading = { budget: { left: ELEMENTS_MAX }, split: mentionFinder(text, naming) };
  let from = 0;
  while (reading.budget.left > 0) {
    const block = nextBlock(text, from);
    if (!block) break;
    // The block begins and ends a line by itself: a line break beside it would be an empty line.
    const before = text.slice(from, block.start).replace(/\n$/, "");
    parts.push(...parseLine(before, reading));
    from += before.length;
    if (reading.budget.left <= 0) break;
    parts.push({ type: "block", text: block.code });
    reading.budget.left -= 1;
    from = text[block.end] === "\n" ? block.end + 1 : block.end;
  }
  return joined([...parts, ...parseLine(text.slice(from), reading)]);
}

/** Neighbours that are plain text are one. @param {TextPart[]} parts */
function joined(parts) {
  /** @type {TextPart[]} */
  const fewer = [];
  for (const part of parts) {
    const last = fewer.at(-1);
    if (part.type === "text" && last?.type === "text") fewer[fewer.length - 1] = { type: "text", text: last.text + part.text };
    else fewer.push(part);
  }
  return fewer;
}

/** @param {string} text @param {number} from */
function nextBlock(text, from) {
  for (let start = text.indexOf(FENCE, from); start >= 0; start = text.indexOf(FENCE, start + FENCE.length)) {
    const close = text.indexOf(FENCE, start + FENCE.length);
    if (close < 0) return null;
    const code = text.slice(start + FENCE.length, close).replace(LANGUAGE, "").replace(/\n$/, "");
    if (code.trim() !== "") return { start, end: close + FENCE.length, code };
  }
  return null;
}

/** @typedef {{budget: {left: number}, split: (text: string, budget: {left: number}) => TextPart[]}} Reading */

/** @param {string} text without blocks @param {Reading} reading @returns {TextPart[]} */
function parseLine(text, reading) {
  /** @type {TextPart[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(...parseWords(text.slice(from, match.index), reading));
    from = match.index;
    if (reading.budget.left <= 0) break;
    parts.push({ type: "code", text: match[1] });
    reading.budget.left -= 1;
    from += match[0].length;
  }
  return [...parts, ...parseWords(text.slice(from), reading)];
}

/** @param {string} text without code @param {Reading} reading @returns {TextPart[]} */
function parseWords(text, { budget, split }) {
  return linkify(text, budget).flatMap((part) =>
    part.href === null ? split(part.text, budget) : [{ type: "link", text: part.text, href: part.href }],
  );
}
