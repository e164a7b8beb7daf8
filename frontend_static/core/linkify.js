/** An address of the web, or one of a person: with "mailto:" or without. */
const LINK = /\bhttps?:\/\/[^\s<>"']+|(?<![\w.+@/-])(?:mailto:)?[\w.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w@-])/gi;
const TRAILING = /[.,:;!?…'"*_~]+$/;
const PAIRS = [["(", ")"], ["[", "]"], ["{", "}"]];

/**
 * Split a text into plain parts and links: http, https and mailto, no other. Punctuation that ends a sentence is not
 * part of a link, and a closing bracket only if it was opened inside.
 * @param {string} text
 * @returns {{text: string, href: string | null}[]}
 */
export function linkify(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trim(match[0]);
    const href = safeHref(link);
    if (!href) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), href: null });
    parts.push({ text: link, href });
    from = match.index + link.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null });
  return parts;
}

/** @param {string} link */
function trim(link) {
  let kept = link;
  for (;;) {
    const shorter = withoutLooseBracket(kept.replace(TRAILING, ""));
    if (shorter === kept) return kept;
    kept = shorter;
  }
}

/** @param {string} link */
function withoutLooseBracket(link) {
  const pair = PAIRS.find(([, close]) => link.endsWith(close));
  if (!pair) return link;
  const [open, close] = pair;
  return link.split(close).length > link.split(open).length ? link.slice(0, -1) : link;
}

/** @param {string} link */
function safeHref(link) {
  if (!/^https?:/i.test(link)) return `mailto:${link.replace(/^mailto:/i, "")}`;
  try {
    return new URL(link).href;
  } catch {
    return null;
  }
}
