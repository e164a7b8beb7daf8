/*
 * Texts that somebody who means harm would send, and a measure of how the work grows with them. The same kinds are in
 * tests/support/hostile.py.
 */

/** What is repeated. Openers, closers, pairs of them, punctuation, beginnings that do not go on, and what is not seen. */
export const PIECES = [
  "(", ")", "()", "[", "]", "{", "}", "<", ">", "<>", '"', "'", "`", "```", "``` ", "```a", ".", "..", "-", "--", "_", "*", "~", "=", "/", "\\",
  "@", "@a", "@a ", "@Anna ", "@Anna Lee", "a@", "a@b.", "a.b@c.de ", "a@b.co,", "mailto:", "http", "http:", "http://", "https://", "http://a/", "http://a ",
  "http://a,", "http://(", "http://[", "http://a/(", "http://a/)", "http://[::1]", "xn--", "%", "%00", "%u", "&", "&amp;", "a=b&", "#", "?", ":", ";", ",", "|",
  "a", "0", "9", "a ", "ab ", "A\n", " ", "  ", "\t", "\n", "\r\n", "\r", "\u0000", "\u001b[0m", "\u0085", "\u2028",
  "\u0301", "a\u0301", "\u0301\u0323", "\u0e31", "\u200b", "\u200d", "\u200e", "\u202e", "\u2066", "\u2069", "\ufeff", "\u00ad", "\u3164",
  "\ud83d", "\udc4d", "👍", "👍🏽", "👨‍👩‍👧", "\u{e0067}", "\ufe0f", "é", "ß", "İ", "ﷺ", "م", "漢", "，", "（", "）", "؟", "e\u0301",
];
/** What stands before and after: a beginning, and something that lets a match fail at the very end. */
const AROUND = [["", ""], ["http://a/", "x"], ["@Anna", "!"], ["```", "x```"], ["a@b", "\u0000"]];

/** @param {number} length characters @returns {Generator<string>} */
export function* hostileTexts(length) {
  for (const [before, after] of AROUND) for (const piece of PIECES) yield filled(before, piece, after, length);
  for (const piece of [")", ".", "(", "`", "@", " ", "\u0301"]) {
    const half = filled("", piece, "", Math.floor(length / 2));
    yield `${half}x${half}`;
    yield `http://a/${filled("", ".", "", length / 3)}x${filled("", piece, "", length / 3)}`;
    yield half + filled("", "\u0323", "", length / 2);
  }
}

/** @param {string} before @param {string} piece @param {string} after @param {number} length */
export function filled(before, piece, after, length) {
  const room = Math.max(0, Math.floor(length) - before.length - after.length);
  return before + piece.repeat(Math.ceil(room / piece.length)).slice(0, room) + after;
}

/** Texts made of the characters that a pattern itself has: its beginnings, and each pair of them many times. @param {string} source */
export function textsFor(source) {
  const letters = [...new Set([...source.replace(/\\[a-zA-Z]|\{.*?\}/g, "").replace(/[\\^$*+?|]/g, ""), " ", "\n", "a", "0", "\u0301"])].slice(0, 14);
  const texts = (/** @type {number} */ length) => {
    const found = [];
    for (const one of letters) {
      for (const other of ["", ...letters]) for (const [before, after] of [["", ""], ["```", "\u0000"], ['href="/static/', "!"], ["http://", "<"]]) {
        found.push(() => filled(before, one + other, after, length));
      }
    }
    return found;
  };
  return texts;
}

const SIZE = 10_000;
const TIMES = 4;
/** Of four times the text linear work is 4 times as long, n log n 5 times, quadratic work 16 times. */
const GROWTH_MAX = 10;
/** Short texts are measured in fractions of a millisecond, which come out three times as long by chance; cubic work is 64. */
const CUBIC_FROM = 40;
/** Milliseconds from which on chance does not matter. */
const LONG = 200;
/** Below this, in milliseconds for SIZE characters, quadratic work would be less than a step for each pair of characters. */
const WORTH_A_LOOK = 4;

/**
 * How often longer the work takes on a text four times as long; 0 where it is too short to say, which only linear work is.
 * It is measured in time of the processor, and the shortest of several tries counts, so that a busy machine does not matter.
 * @param {(text: string) => unknown} parser
 * @param {(length: number) => string} make
 */
export function growth(parser, make) {
  const early = ratioAt(SIZE / 10, parser, make); // such work on a long text would not come to an end
  return early > CUBIC_FROM ? early : ratioAt(SIZE, parser, make);
}

/** @param {number} size @param {(text: string) => unknown} parser @param {(length: number) => string} make */
function ratioAt(size, parser, make) {
  const one = shortest(parser, make(size), (WORTH_A_LOOK * size) / SIZE);
  return one === 0 ? 0 : shortest(parser, make(size * TIMES), 0) / one;
}

/** @param {(text: string) => unknown} parser @param {string} text @param {number} enough */
function shortest(parser, text, enough) {
  let best = Infinity;
  for (let tries = 0; tries < 5 && best > enough && (tries === 0 || best < LONG); tries += 1) {
    const before = process.cpuUsage();
    parser(text);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best <= enough ? 0 : best;
}

/** @param {number} ratio */
export function isLinear(ratio) {
  return ratio <= GROWTH_MAX;
}
