import { laterStrings } from "./later-strings.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Seconds. */
const CHOICES = [2 * MINUTE, 10 * MINUTE, HOUR];

/**
 * A delay in words: whole hours or minutes where it is that.
 * @param {number} seconds
 */
export function delayWords(seconds) {
  if (seconds >= HOUR && seconds % HOUR === 0) return laterStrings.afterHours(seconds / HOUR);
  if (seconds >= MINUTE && seconds % MINUTE === 0) return laterStrings.afterMinutes(seconds / MINUTE);
  return laterStrings.afterSeconds(seconds);
}

/**
 * What may be chosen: the house's delay (null), three others, and the one that an API consumer has set.
 * @param {number | null} current seconds
 * @param {number} house seconds
 * @returns {{seconds: number | null, label: string}[]}
 */
export function delayChoices(current, house) {
  const offered = new Set(current === null ? CHOICES : [...CHOICES, current]);
  const sorted = [...offered].sort((one, other) => one - other);
  const first = { seconds: null, label: laterStrings.delayDefault(delayWords(house)) };
  return [first, ...sorted.map((seconds) => ({ seconds, label: delayWords(seconds) }))];
}
