import { currentTag } from "./locale.js";
import { strings } from "./strings.js";

const DAY_MS = 86_400_000;

/** Times in words, for one locale and one time zone; by default that of the page and that of the browser. */
export class TimeFormat {
  /** @param {{locale?: string, timeZone?: string}} [options] */
  constructor({ locale = currentTag(), timeZone } = {}) {
    this.timeZone = timeZone;
    const format = (/** @type {Intl.DateTimeFormatOptions} */ options) =>
      new Intl.DateTimeFormat(locale, { timeZone, ...options });
    this.time = format({ hour: "numeric", minute: "2-digit" });
    this.weekday = format({ weekday: "long" });
    this.shortWeekday = format({ weekday: "short" });
    this.dayMonth = format({ weekday: "long", day: "numeric", month: "long" });
    this.shortDay = format({ day: "numeric", month: "short" });
    this.date = format({ day: "numeric", month: "long", year: "numeric" });
    this.numericDate = format({ day: "2-digit", month: "2-digit", year: "2-digit" });
    this.complete = format({ dateStyle: "full", timeStyle: "short" });
    this.parts = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  }

  /** The page speaks another language now. */
  followLocale() {
    Object.assign(this, new TimeFormat({ timeZone: this.timeZone }));
  }

  /**
   * The local day as 2026-11-23.
   * @param {string | number} instant
   */
  dayKey(instant) {
    return this.parts.format(new Date(instant));
  }

  /** @param {string | number} instant */
  timeOfDay(instant) {
    return this.time.format(new Date(instant));
  }

  /** @param {string | number} instant */
  full(instant) {
    return this.complete.format(new Date(instant));
  }

  /**
   * A day separator: Today, Yesterday, a weekday within the last week, else the date.
   * @param {string | number} instant
   * @param {number} now milliseconds
   */
  dayLabel(instant, now) {
    const date = new Date(instant);
    const days = this.daysAgo(instant, now);
    if (days === 0) return strings.today;
    if (days === 1) return strings.yesterday;
    if (days > 1 && days < 7) return this.weekday.format(date);
    return this.isSameYear(instant, now) ? this.dayMonth.format(date) : this.date.format(date);
  }

  /**
   * Short, for the list: the time today, then the weekday, then the date.
   * @param {string | number} instant
   * @param {number} now milliseconds
   */
  brief(instant, now) {
    const days = this.daysAgo(instant, now);
    if (days <= 0) return this.timeOfDay(instant);
    return days === 1 ? strings.yesterday : this.shortDate(instant, now);
  }

  /**
   * When something happened or will, within a sentence: the time today, else with its day.
   * @param {string | number} instant
   * @param {number} now milliseconds
   */
  moment(instant, now) {
    const time = this.timeOfDay(instant);
    const days = this.daysAgo(instant, now);
    if (days === 0) return time;
    if (days === 1) return strings.yesterdayAt(time);
    return days === -1 ? strings.tomorrowAt(time) : strings.dayAndTime(this.shortDate(instant, now), time);
  }

  /** A weekday within a week, else the date. @param {string | number} instant @param {number} now */
  shortDate(instant, now) {
    const date = new Date(instant);
    if (Math.abs(this.daysAgo(instant, now)) < 7) return this.shortWeekday.format(date);
    return this.isSameYear(instant, now) ? this.shortDay.format(date) : this.numericDate.format(date);
  }

  /**
   * Calendar days between, whatever the hour and whether or not the clocks changed.
   * @param {string | number} instant
   * @param {number} now milliseconds
   */
  daysAgo(instant, now) {
    return Math.round((Date.parse(this.dayKey(now)) - Date.parse(this.dayKey(instant))) / DAY_MS);
  }

  /** @param {string | number} instant @param {number} now */
  isSameYear(instant, now) {
    return this.dayKey(instant).slice(0, 4) === this.dayKey(now).slice(0, 4);
  }
}
