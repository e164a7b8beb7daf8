import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeFormat } from "../../../frontend_static/core/time.js";

const berlin = new TimeFormat({ locale: "en-GB", timeZone: "Europe/Berlin" });
const now = Date.parse("2026-11-23T12:00:00Z");

test("days are those of the reader's own time zone", () => {
  assert.equal(berlin.dayKey("2026-11-22T22:59:00Z"), "2026-11-22");
  assert.equal(berlin.dayKey("2026-11-22T23:01:00Z"), "2026-11-23");
});

test("near days have names and far ones dates", () => {
  assert.equal(berlin.dayLabel("2026-11-23T00:30:00Z", now), "Today");
  assert.equal(berlin.dayLabel("2026-11-22T20:00:00Z", now), "Yesterday");
  assert.equal(berlin.dayLabel("2026-11-18T20:00:00Z", now), "Wednesday");
  assert.equal(berlin.dayLabel("2026-03-01T20:00:00Z", now), "Sunday 1 March");
  assert.equal(berlin.dayLabel("2025-11-23T20:00:00Z", now), "23 November 2025");
});

test("the list shows a time today, then a weekday, then a date", () => {
  assert.equal(berlin.brief("2026-11-23T08:05:00Z", now), "9:05");
  assert.equal(berlin.brief("2026-11-22T08:05:00Z", now), "Yesterday");
  assert.equal(berlin.brief("2026-11-19T08:05:00Z", now), "Thu");
  assert.equal(berlin.brief("2026-11-01T08:05:00Z", now), "1 Nov");
  assert.equal(berlin.brief("2025-11-01T08:05:00Z", now), "01/11/25");
});

test("the day on which the clocks change is still one day", () => {
  const monday = Date.parse("2026-10-26T12:00:00Z");
  assert.equal(berlin.daysAgo("2026-10-24T22:30:00Z", monday), 1);
  assert.equal(berlin.daysAgo("2026-10-24T21:30:00Z", monday), 2);
});

test("a message from a clock that runs ahead is from today", () => {
  assert.equal(berlin.brief("2026-11-23T12:00:30Z", now), "13:00");
});
