/* Random hostile texts through every parser of the page, each with a bound on the time of the processor it may take. */
import { PIECES } from "./hostile.js";
import { parsers } from "./parsers.js";

const SIZE = 10_000;
const PIECES_MAX = 12;
const PER_CHARACTER = 0.02; // milliseconds; parsers take 0.0001 to 0.005
const AT_LEAST = 40; // milliseconds that any text may take
const RETRIES = 3;
const LONG_ONE = 50;

/** The same numbers from the same seed (mulberry32). @param {number} seed */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {() => number} next */
function hostileText(next) {
  const chosen = (/** @type {any[]} */ from) => from[Math.floor(next() * from.length)];
  const length = next() < 1 / LONG_ONE ? SIZE : Math.floor(2 ** (next() * 10));
  const kinds = Array.from({ length: PIECES_MAX }, () => (next() < 0.9 ? chosen(PIECES) : String.fromCodePoint(Math.floor(next() * 0x110000))));
  let text = "";
  while (text.length < length) {
    const room = length - text.length;
    text += chosen(kinds).repeat(chosen([1, 1, 1, 2, 3, 10, 100, room])).slice(0, room);
  }
  return text;
}

/**
 * So many texts, by turns through all parsers.
 * @param {number} examples
 * @param {number} seed
 */
export function fuzz(examples, seed) {
  const next = random(seed);
  const report = { inputs: 0, characters: 0, slowest: 0, crashes: /** @type {string[]} */ ([]), over: /** @type {string[]} */ ([]) };
  for (let number = 0; number < examples; number += 1) {
    const parser = parsers[number % parsers.length];
    const text = hostileText(next).slice(0, parser.most ?? SIZE);
    report.inputs += 1;
    report.characters += text.length;
    const bound = Math.max(AT_LEAST, PER_CHARACTER * text.length);
    let least = spent(parser, text, report.crashes);
    for (let tries = 0; least > bound && tries < RETRIES; tries += 1) least = Math.min(least, spent(parser, text, report.crashes));
    report.slowest = Math.max(report.slowest, least);
    if (least > bound) report.over.push(`${parser.name}: ${least} ms for ${JSON.stringify(text.slice(0, 60))} (${text.length} characters)`);
  }
  return report;
}

/** @param {import("./parsers.js").Parser} parser @param {string} text @param {string[]} crashes */
function spent({ name, read, holds = () => true }, text, crashes) {
  const begun = process.cpuUsage();
  try {
    if (!holds(read(text), text)) crashes.push(`${name}: ${JSON.stringify(text.slice(0, 200))}`);
  } catch (error) {
    crashes.push(`${name}: ${error} for ${JSON.stringify(text.slice(0, 200))}`);
  }
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}
