import { strings } from "./strings.js";

const HOUR_MS = 3_600_000;
const MORNING = 8;
/** Until somebody turns it back: the protocol knows only ends. */
const FOREVER = "9999-01-01T00:00:00Z";

/** @typedef {"hour" | "morning" | "forever"} MuteSpan */

/**
 * The end of a pause that begins now, in the time zone of this browser.
 * @param {MuteSpan} span
 * @param {number} now milliseconds
 * @returns {string} RFC 3339
 */
export function muteEnd(span, now) {
  if (span === "forever") return FOREVER;
  if (span === "hour") return new Date(now + HOUR_MS).toISOString();
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING, 0, 0, 0);
  return morning.toISOString();
}

/**
 * Whether nothing is told of it for a time.
 * @param {ConversationNotifications} notifications
 * @param {number} now milliseconds
 */
export function isMuted({ muted_until: until }, now) {
  return until !== null && Date.parse(until) > now;
}

/**
 * What a conversation tells of: its level, or that it is muted.
 * @param {ConversationNotifications} notifications
 * @param {number} now
 * @returns {NotificationLevel | "muted"}
 */
export function notificationState(notifications, now) {
  return isMuted(notifications, now) ? "muted" : notifications.level;
}

/**
 * The same in words; empty for a conversation that tells of everything.
 * @param {ConversationNotifications} notifications
 * @param {TimeFormat} time
 * @param {number} now
 */
export function notificationWords(notifications, time, now) {
  const { level, muted_until: until } = notifications;
  if (!isMuted(notifications, now)) return strings.levels[level];
  if (until === null || Date.parse(until) >= Date.parse(FOREVER)) return strings.muted;
  return strings.mutedUntil(time.moment(until, now));
}
