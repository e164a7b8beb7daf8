import assert from "node:assert/strict";
import { test } from "node:test";
import { isMuted, muteEnd, notificationState, notificationWords } from "../../../frontend_static/core/mute.js";
import { TimeFormat } from "../../../frontend_static/core/time.js";

process.env.TZ = "Europe/Berlin";

const time = new TimeFormat({ locale: "en-GB", timeZone: "Europe/Berlin" });
const now = Date.parse("2026-11-23T12:00:00Z");
const of = (level, muted_until = null) => ({ level, muted_until });

test("a pause ends in an hour, on the next morning at eight, or never", () => {
  assert.equal(muteEnd("hour", now), "2026-11-23T13:00:00.000Z");
  assert.equal(muteEnd("morning", now), "2026-11-24T07:00:00.000Z");
  assert.equal(notificationWords(of("all", muteEnd("forever", now)), time, now), "Muted");
});

test("the morning is the next day's also after midnight, and at eight also when the clocks change", () => {
  assert.equal(muteEnd("morning", Date.parse("2026-11-23T00:30:00Z")), "2026-11-24T07:00:00.000Z");
  assert.equal(muteEnd("morning", Date.parse("2026-03-28T12:00:00Z")), "2026-03-29T06:00:00.000Z");
  // Half an hour into a day of twenty-five.
  assert.equal(muteEnd("morning", Date.parse("2026-10-24T22:30:00Z")), "2026-10-26T07:00:00.000Z");
});

test("a pause that is over is none", () => {
  assert.equal(isMuted(of("all", "2026-11-23T12:00:01Z"), now), true);
  assert.equal(isMuted(of("all", "2026-11-23T12:00:00Z"), now), false);
  assert.equal(isMuted(of("none"), now), false);
});

test("the state is the level, or muted", () => {
  assert.equal(notificationState(of("all"), now), "all");
  assert.equal(notificationState(of("mentions", "2026-11-23T11:00:00Z"), now), "mentions");
  assert.equal(notificationState(of("mentions", "2026-11-23T13:00:00Z"), now), "muted");
});

test("it is said until when", () => {
  assert.equal(notificationWords(of("all"), time, now), "All messages");
  assert.equal(notificationWords(of("mentions"), time, now), "Only mentions of me");
  assert.equal(notificationWords(of("none"), time, now), "Nothing");
  assert.equal(notificationWords(of("none", "2026-11-23T13:00:00Z"), time, now), "Muted until 14:00");
  assert.equal(notificationWords(of("all", "2026-11-24T07:00:00Z"), time, now), "Muted until tomorrow 8:00");
  assert.equal(notificationWords(of("all", "2026-12-24T07:00:00Z"), time, now), "Muted until 24 Dec 8:00");
});
