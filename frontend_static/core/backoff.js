const FIRST_SECONDS = 1;
const LONGEST_SECONDS = 30;
/** For about five seconds, in which a server has started again and a telephone has changed its network. */
const QUICK_TRIES = 16;
const QUICK_SECONDS = 0.4;

/**
 * Seconds to wait after so many failures in a row: 1, 2, 4, 8, 16, 30 and then 30 again, each shortened by
 * up to a half at random so that many browsers do not come back together, and never less than the server asked for.
 * @param {number} failures at least 1
 * @param {() => number} random
 * @param {number} [retryAfter] seconds
 */
export function backoffSeconds(failures, random, retryAfter = 0) {
  const full = Math.min(FIRST_SECONDS * 2 ** (failures - 1), LONGEST_SECONDS);
  return Math.max((full * (1 + random())) / 2, retryAfter);
}

/**
 * Seconds to wait after so many requests in a row that nobody answered: a connection that is refused costs no server
 * anything, so the first ones are made in quick succession, jittered too. Then it is as after other failures.
 * @param {number} failures at least 1
 * @param {() => number} random
 */
export function reconnectSeconds(failures, random) {
  if (failures > QUICK_TRIES) return backoffSeconds(failures - QUICK_TRIES, random);
  return (QUICK_SECONDS * (1 + random())) / 2;
}

/**
 * Seconds named by a Retry-After header (RFC 9110, 10.2.3: seconds or a date), 0 when there is none.
 * @param {string | null} header
 * @param {number} now milliseconds
 */
export function retryAfterSeconds(header, now) {
  if (!header) return 0;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, (date - now) / 1000);
}
