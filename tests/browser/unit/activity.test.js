import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Activity } from "../../../frontend_static/core/activity.js";
import { FakeClock } from "./support/cast.js";

const MINUTE = 60_000;

let clock;
let times;
let activity;

beforeEach(() => {
  clock = new FakeClock();
  times = 0;
  activity = new Activity({ clock, forgotten: () => (times += 1) });
});

test("a page that nobody touches for ten minutes is forgotten, which is said once", async () => {
  await clock.pass(10 * MINUTE - 1);
  assert.equal(activity.isForgotten(), false);
  assert.equal(times, 0);
  await clock.pass(1);
  assert.equal(activity.isForgotten(), true);
  await clock.pass(60 * MINUTE);
  assert.equal(times, 1);
});

test("each touch begins the ten minutes anew", async () => {
  await clock.pass(4 * MINUTE);
  activity.saw();
  await clock.pass(9 * MINUTE);
  activity.saw();
  await clock.pass(10 * MINUTE - 1);
  assert.equal(times, 0);
  await clock.pass(1);
  assert.equal(times, 1);
});

test("the first touch of a forgotten page is a return, and the next is not", async () => {
  assert.equal(activity.saw(), false);
  await clock.pass(10 * MINUTE);
  assert.equal(activity.saw(), true);
  assert.equal(activity.isForgotten(), false);
  assert.equal(activity.saw(), false);
});

test("a page that somebody came back to can be forgotten again", async () => {
  await clock.pass(10 * MINUTE);
  activity.saw();
  await clock.pass(10 * MINUTE);
  assert.equal(times, 2);
});

test("many touches keep one timer", async () => {
  for (let moves = 0; moves < 100; moves += 1) activity.saw();
  assert.equal(clock.timers.length, 1);
  await clock.pass(10 * MINUTE);
  activity.saw();
  assert.equal(clock.timers.length, 1);
});

test("a machine that slept counts its sleep, though its timers stood still", () => {
  clock.time += 480 * MINUTE;
  assert.equal(activity.isForgotten(), true);
  assert.equal(activity.saw(), true);
  assert.equal(clock.timers.length, 1);
});
