/*
 * Links are found in one pass: where one begins is seen by a pattern of bounded parts, and where it ends by one walk over
 * at most LINK_MAX characters. The work grows with the length of the text and not faster, whatever stands in it.
 */

/** Characters of one link (what browsers and servers take without a question). A longer address ends there. */
export const LINK_MAX = 2048;
/** Links of one text. Each is an element, and a page shows many messages. */
export const LINKS_MAX = 200;
/** The scheme of an address of the web, or the whole address of a person: with "mailto:" or without. */
const START =
  /\bhttps?:\/\/|(?<![\w.+@/-])(?:mailto:)?[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,63}(?![\w@-])/gi;
/** No address has these unencoded: spaces, quotes, what is not seen, and the punctuation of Arabic, Chinese and Japanese. */
const ENDS =
  /[\s<>"\u0000-\u001F\u007F-\u009F\u00AB\u00BB\u00AD\u060C\u061B\u061F\u06D4\u200B\u200E\u200F\u2018-\u201F\u202A-\u202E\u2039\u203A\u2060-\u206F\u3001-\u3003\u3008-\u3011\u3014-\u301F\uFEFF\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF3B\uFF3D\uFF5B\uFF5D\uFF5F-\uFF65]/;
/** Punctuation that ends a sentence and not an address. */
const TRAILING = new Set(".,:;!?…'\"*_~|");
/** One of these before another address ends the first one. */
const BETWEEN = new Set(",;|");
/** @type {Record<string, string>} */
const CLOSES = { "(": ")", "[": "]", "{": "}" };
const CLOSERS = new Set(Object.values(CLOSES));
const SCHEME = /^https?:\/\//i;
const SCHEME_MAX = "https://".length;

/**
 * Split a text into plain parts and links: http, https and mailto, no other. Punctuation that ends a sentence is not
 * part of a link, and a bracket only together with its partner.
 * @param {string} text
 * @param {{left: number}} [budget] how many links there may still be; what looks like one is taken off. Beyond it all is text
 * @returns {{text: string, href: string | null}[]}
 */
export function linkify(text, budget = { left: LINKS_MAX }) {
  const parts = [];
  const start = new RegExp(START);
  let from = 0;
  for (let match = start.exec(text); match && budget.left > 0; match = start.exec(text)) {
    const link = SCHEME.test(match[0]) ? addressAt(text, match.index) : match[0];
    start.lastIndex = match.index + Math.max(link.length, match[0].length);
    budget.left -= 1; // a broken one too: it was read as far as LINK_MAX
    const href = safeHref(link);
    if (!href) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), href: null });
    parts.push({ text: link, href });
    from = match.index + link.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null });
  return parts;
}

/** The address that begins at a place. @param {string} text @param {number} index */
function addressAt(text, index) {
  let end = addressEnd(text, index);
  while (end > index && TRAILING.has(text[end - 1])) end -= 1;
  if (isHigh(text[end - 1])) end -= 1; // LINK_MAX may go through a pair of surrogates
  return text.slice(index, end);
}

/**
 * Up to what no address has, to a bracket without its partner, or to the next address: so no character is walked over twice.
 * @param {string} text
 * @param {number} index
 */
function addressEnd(text, index) {
  /** @type {{at: number, close: string}[]} */
  const open = [];
  const last = Math.min(text.length, index + LINK_MAX);
  let end = index;
  for (; end < last && !ENDS.test(text[end]); end += 1) {
    const character = text[end];
    if (character in CLOSES) open.push({ at: end, close: CLOSES[character] });
    else if (CLOSERS.has(character) && open.pop()?.close !== character) break;
    else if (BETWEEN.has(character) && isScheme(text, end + 1)) break;
    else if (open.length > 0 && isScheme(text, end)) break;
  }
  return open.length > 0 ? open[0].at : end;
}

/** @param {string} text @param {number} index */
function isScheme(text, index) {
  return /[hH]/.test(text[index] ?? "") && SCHEME.test(text.slice(index, index + SCHEME_MAX));
}

/** @param {string} character */
function isHigh(character) {
  return /[\uD800-\uDBFF]/.test(character);
}

/** @param {string} link */
function safeHref(link) {
  if (!SCHEME.test(link)) return link.includes("@") ? `mailto:${link.replace(/^mailto:/i, "")}` : null;
  try {
    return new URL(link).href;
  } catch {
    return null;
  }
}
