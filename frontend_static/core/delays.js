import { strings } from "./strings.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Seconds. */
const CHOICES = [2 * MINUTE, 10 * MINUTE, HOUR];

/**
 * A delay in words: whole hours or minutes where it is that.
 * @param {number} seconds
 */
export function delayWords(seconds) {
  if (seconds >= HOUR && seconds % HOUR === 0) return strings.afterHours(seconds / HOUR);
  if (seconds >= MINUTE && seconds % MINUTE === 0) return strings.afterMinutes(seconds / MINUTE);
  return strings.afterSeconds(seconds);
}

/**
 * What may be chosen: the house's delay (null), three others, and the one that an API consumer has set.
 * @param {number | null} current seconds
 * @param {string} house the house's delay in words
 * @returns {{seconds: number | null, label: string}[]}
 */
export function delayChoices(current, house) {
  const offered = new Set(current === null ? CHOICES : [...CHOICES, current]);
  const sorted = [...offered].sort((one, other) => one - other);
  return [{ seconds: null, label: house }, ...sorted.map((seconds) => ({ seconds, label: delayWords(seconds) }))];
}

/**
 * How long the house waits before an email, which depends on whether a push went before.
 * @param {NotificationSettings["defaults"]} defaults
 */
export function emailDefault({ email_delay: alone, email_delay_with_push: withPush }) {
  return strings.delayWithPush(delayWords(alone), delayWords(withPush).toLowerCase());
}

/** @param {NotificationSettings["defaults"]} defaults */
export function pushDefault({ push_delay: delay }) {
  return strings.delayDefault(delayWords(delay));
}
