/** As the server knows a mention: "@Anna" by itself, in any case and spacing; "@Anna" does not name Ann. */
export const WORD = "[\\p{L}\\p{N}_]";

/**
 * Plain text with the mentions in it apart.
 * @param {string} text
 * @param {Naming} naming
 * @returns {TextPart[]}
 */
export function splitMentions(text, naming) {
  return mentionFinder(text, naming)(text, { left: Infinity });
}

/**
 * The same for the pieces of one text: its names are put into a pattern once.
 * @param {string} whole
 * @param {Naming} naming
 * @returns {(text: string, budget: {left: number}) => TextPart[]} `budget`: how many mentions there may still be
 */
export function mentionFinder(whole, { names, me }) {
  const pattern = whole.includes("@") ? mentionPattern(me === "" ? names : [me, ...names]) : null;
  return (text, budget) => {
    /** @type {TextPart[]} */
    const parts = [];
    let from = 0;
    for (const match of pattern ? text.matchAll(pattern) : []) {
      if (budget.left <= 0) break;
      if (match.index > from) parts.push({ type: "text", text: text.slice(from, match.index) });
      parts.push({ type: "mention", text: match[0], me: folded(match[0].slice(1)) === folded(me) });
      budget.left -= 1;
      from = match.index + match[0].length;
    }
    if (from < text.length) parts.push({ type: "text", text: text.slice(from) });
    return parts;
  };
}

/** @param {string} text @param {string} name */
export function isNamed(text, name) {
  return splitMentions(text, { names: [], me: name }).some((part) => part.type === "mention");
}

/** @param {string[]} names */
function mentionPattern(names) {
  // The longest first: of Anna and Anna Lee, "@Anna Lee" names the second.
  const known = names.map((name) => name.trim()).filter(Boolean).sort((one, other) => other.length - one.length);
  const any = known.map((name) => name.split(/\s+/).map(escaped).join("\\s+")).join("|");
  return any === "" ? null : new RegExp(`(?<!${WORD})@(?:${any})(?!${WORD})`, "giu");
}

/** @param {string} word */
function escaped(word) {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** @param {string} name */
function folded(name) {
  return name.trim().replace(/\s+/g, " ").toLowerCase();
}
