import { linkify } from "./linkify.js";
import { splitMentions } from "./mentions.js";

const FENCE = "```";
/** The word after a fence that names a language. It is not shown. */
const LANGUAGE = /^[^\S\n]*[\w+#.-]{0,20}[^\S\n]*\n/;
const INLINE = /(?<!`)`([^`\n]+)`(?!`)/g;

/**
 * What a text is made of: plain text, links, mentions, `code`, and blocks of code between lines of three backticks.
 * What is not closed stays text.
 * @param {string} text
 * @param {Naming} naming who can be mentioned
 * @returns {TextPart[]}
 */
export function parseText(text, naming) {
  /** @type {TextPart[]} */
  const parts = [];
  let from = 0;
  for (;;) {
    const block = nextBlock(text, from);
    if (!block) break;
    // The block begins and ends a line by itself: a line break beside it would be an empty line.
    parts.push(...parseLine(text.slice(from, block.start).replace(/\n$/, ""), naming));
    parts.push({ type: "block", text: block.code });
    from = text[block.end] === "\n" ? block.end + 1 : block.end;
  }
  parts.push(...parseLine(text.slice(from), naming));
  return parts;
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

/** @param {string} text without blocks @param {Naming} naming @returns {TextPart[]} */
function parseLine(text, naming) {
  /** @type {TextPart[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(...parseWords(text.slice(from, match.index), naming), { type: "code", text: match[1] });
    from = match.index + match[0].length;
  }
  return [...parts, ...parseWords(text.slice(from), naming)];
}

/** @param {string} text without code @param {Naming} naming @returns {TextPart[]} */
function parseWords(text, naming) {
  return linkify(text).flatMap((part) =>
    part.href === null ? splitMentions(part.text, naming) : [{ type: "link", text: part.text, href: part.href }],
  );
}
