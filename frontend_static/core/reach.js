import { laterStrings } from "./later-strings.js";
import { othersIn } from "./people.js";
import { strings } from "./strings.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * @typedef {object} ReachLine what became of a message of mine, in words
 * @property {string} summary besides the receipt: empty if there is nothing to add
 * @property {boolean} continues whether the receipt and the summary are one sentence: "Read 14:10"
 * @property {{id: number, name: string, text: string}[]} details each person of a group
 * @property {number | null} changesIn milliseconds after which the words are no longer true
 */

/**
 * @param {object} facts
 * @param {Conversation} facts.conversation
 * @param {Reach[]} facts.reach
 * @param {number} facts.meId
 * @param {TimeFormat} facts.time
 * @param {number} facts.now milliseconds
 * @returns {ReachLine}
 */
export function reachLine({ conversation, reach, meId, time, now }) {
  const people = othersIn(conversation, meId).flatMap(({ id, name }) => {
    const entry = reach.find(({ user }) => user === id);
    return entry ? [{ id, name, entry }] : [];
  });
  const changesIn = soonest(people.map(({ entry }) => change(entry, now)));
  if (conversation.kind === "direct") {
    const [only] = people;
    const summary = only ? sentence(only.entry, only.name, time, now) : "";
    return { summary, continues: only?.entry.state === "read", details: [], changesIn };
  }
  const details = people.map(({ id, name, entry }) => ({ id, name, text: words(entry, time, now) }));
  return { summary: summarised(people.map(({ entry }) => entry)), continues: false, details, changesIn };
}

/** The receipt says that it was read; this says when. @param {Reach} entry @param {string} name @param {TimeFormat} time @param {number} now */
function sentence(entry, name, time, now) {
  const { state, channel, at } = entry;
  if (state === "read") return at === null ? "" : time.moment(at, now);
  if (state === "looking") return laterStrings.reachLooking(name);
  if (state === "not_told") return laterStrings.reachNotTold(name);
  if (state === "waiting") return laterStrings.reachWaiting(name, channel, when(at, time, now));
  return words(entry, time, now);
}

/** Of one person in a list. @param {Reach} entry @param {TimeFormat} time @param {number} now */
function words({ state, channel, at }, time, now) {
  const moment = at === null ? "" : time.moment(at, now);
  if (state === "read") return laterStrings.reachedRead(moment);
  if (state === "told") return laterStrings.reachedBy(channel, moment);
  if (state === "waiting") return laterStrings.reachesBy(channel, when(at, time, now));
  return state === "looking" ? laterStrings.reachedLooking : laterStrings.reachedNot;
}

/** "emailed 1, push sent to 2, 3 waiting". Who has read it stands in the receipt. @param {Reach[]} reach */
function summarised(reach) {
  const count = (/** @type {ReachState} */ wanted, /** @type {ReachChannel | null} */ by = null) =>
    reach.filter(({ state, channel }) => state === wanted && (by === null || channel === by)).length;
  /** @type {[(count: number) => string, number][]} */
  const counts = [
    [laterStrings.countEmailed, count("told", "email")],
    [laterStrings.countPushed, count("told", "push")],
    [laterStrings.countWaiting, count("waiting")],
    [laterStrings.countLooking, count("looking")],
    [laterStrings.countNotTold, count("not_told")],
  ];
  const parts = counts.filter(([, number]) => number > 0).map(([say, number]) => say(number));
  return strings.joined(parts) || (reach.length > 0 ? laterStrings.reachDetails : "");
}

/** When something is to happen. @param {string | null} at @param {TimeFormat} time @param {number} now */
function when(at, time, now) {
  const left = at === null ? 0 : Date.parse(at) - now;
  if (at === null || left <= 0) return laterStrings.shortly;
  if (left <= MINUTE_MS) return laterStrings.inLessThanAMinute;
  if (left < HOUR_MS) return laterStrings.inMinutes(Math.ceil(left / MINUTE_MS));
  return time.daysAgo(at, now) === 0 ? laterStrings.at(time.timeOfDay(at)) : time.moment(at, now);
}

/** Milliseconds until `when` says something else. @param {Reach} entry @param {number} now */
function change({ state, at }, now) {
  const left = state === "waiting" && at !== null ? Date.parse(at) - now : 0;
  if (left <= 0) return null;
  return left < HOUR_MS ? left - (Math.ceil(left / MINUTE_MS) - 1) * MINUTE_MS : left - HOUR_MS + 1;
}

/** @param {(number | null)[]} times */
function soonest(times) {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
