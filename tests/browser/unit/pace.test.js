import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Pace, waitSeconds } from "../../../frontend_static/core/pace.js";

const news = { interval: 2, took: 0.1, isNews: true, beginsToWait: false };
const nothing = { ...news, interval: 0.05, took: 0.01, isNews: false };

let pace;

beforeEach(() => {
  pace = new Pace();
});

test("a poll waits for 20 to 25 whole seconds, not all of them alike", () => {
  const draws = [0, 0.2, 0.4, 0.6, 0.8, 0.999, 1];
  assert.deepEqual(draws.map((draw) => waitSeconds(false, () => draw)), [20, 21, 22, 23, 24, 25, 25]);
});

test("while somebody types, it is asked again before six seconds are over", () => {
  assert.equal(waitSeconds(true, () => 0.5), 4);
});

test("the server's interval is kept, however small, for as long as it brings news", () => {
  const intervals = Array.from({ length: 20 }, () => pace.next({ ...news, interval: 0.05 }));
  assert.deepEqual(new Set(intervals), new Set([0.05]));
});

test("held polls that ended with nothing are followed at the server's pace", () => {
  const intervals = Array.from({ length: 20 }, () => pace.next({ ...nothing, took: 20 }));
  assert.deepEqual(new Set(intervals), new Set([0.05]));
});

test("the third in a row that comes back at once with nothing slows the polling down", () => {
  const intervals = Array.from({ length: 5 }, () => pace.next(nothing));
  assert.deepEqual(intervals, [0.05, 0.05, 1, 1, 1]);
  assert.equal(pace.next({ ...nothing, beginsToWait: true }), 1);
});

test("one that is held, or brings news, makes up for it", () => {
  for (const better of [{ ...nothing, took: 20 }, { ...nothing, isNews: true }]) {
    for (let times = 0; times < 5; times += 1) pace.next(nothing);
    assert.deepEqual([pace.next(better), pace.next(nothing), pace.next(nothing), pace.next(nothing)], [0.05, 0.05, 0.05, 1]);
  }
});

test("a server that names a longer interval itself is not mistaken for a broken one", () => {
  for (let times = 0; times < 10; times += 1) assert.equal(pace.next({ ...nothing, interval: 4 }), 4);
});

test("without a word from the server the interval is three seconds, and never over two minutes", () => {
  assert.equal(pace.next({ ...news, interval: null }), 3);
  assert.equal(pace.next({ ...news, interval: 9999 }), 120);
});

test("an answer that did not wait is followed at once by a poll that does, unless the server is busy", () => {
  assert.equal(pace.next({ ...news, beginsToWait: true }), 0);
  assert.equal(pace.next({ ...news, interval: 8, beginsToWait: true }), 8);
});
