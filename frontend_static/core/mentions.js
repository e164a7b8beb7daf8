/** As the server knows a mention: "@Anna" by itself, in any case and spacing; "@Anna" does not name Ann. */
const WORD = "[\\p{L}\\p{N}_]";
/** A name that is being typed: what stands between "@" and the caret. */
const BEGUN = new RegExp(`(?<!${WORD})@([^@\\n]{0,40})$`, "u");
const MOST = 6;

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
