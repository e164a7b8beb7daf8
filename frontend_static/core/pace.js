/** Seconds for which a poll may be held. Spread, so that pages that were answered together do not ask together again. */
const SHORTEST_WAIT = 20;
/** The most that the protocol allows. */
const LONGEST_WAIT = 25;
/** Soon enough to hear that somebody still types, before the six seconds end for which the last answer holds. */
const TYPING_WAIT = 4;

const DEFAULT_SECONDS = 3;
const LONGEST_SECONDS = 120;
/** An interval longer than this says that the server is busy. */
const USUAL_SECONDS = 5;

/** So many polls in a row that come back with nothing, each sooner than this, are a fault of something on the way. */
const HASTY_POLLS = 3;
const FLOOR_SECONDS = 1;

/**
 * The `wait` of a poll that may wait: whole seconds.
 * @param {boolean} isTyping whether somebody was typing when the last answer came
 * @param {() => number} random
 */
export function waitSeconds(isTyping, random) {
  if (isTyping) return TYPING_WAIT;
  return Math.min(SHORTEST_WAIT + Math.floor(random() * (LONGEST_WAIT - SHORTEST_WAIT + 1)), LONGEST_WAIT);
}

/** When to ask again: the server says it, within reason. */
export class Pace {
  constructor() {
    this.hasty = 0;
  }

  /**
   * Seconds until the next poll.
   * @param {object} answer
   * @param {number | null} answer.interval seconds the server asks for
   * @param {number} answer.took seconds until it came
   * @param {boolean} answer.isNews
   * @param {boolean} answer.beginsToWait whether it did not wait, and the next poll will
   */
  next({ interval, took, isNews, beginsToWait }) {
    const asked = Math.min(interval ?? DEFAULT_SECONDS, LONGEST_SECONDS);
    const isHasty = !isNews && took + asked < FLOOR_SECONDS;
    this.hasty = isHasty ? this.hasty + 1 : 0;
    if (this.hasty >= HASTY_POLLS) return Math.max(asked, FLOOR_SECONDS);
    // A held poll is heard at once and costs the server nothing: no reason to be deaf until then.
    return beginsToWait && asked <= USUAL_SECONDS ? 0 : asked;
  }
}
