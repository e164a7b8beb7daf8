import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffSeconds, reconnectSeconds, retryAfterSeconds } from "../../../frontend_static/core/backoff.js";

test("the wait doubles with each failure and ends at thirty seconds", () => {
  const waits = [1, 2, 3, 4, 5, 6, 20].map((failures) => backoffSeconds(failures, () => 1));
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30]);
});

test("chance takes off up to a half, so that browsers do not return together", () => {
  assert.equal(backoffSeconds(4, () => 0), 4);
  assert.equal(backoffSeconds(4, () => 0.5), 6);
});

test("the server may ask for a longer wait, never for a shorter one", () => {
  assert.equal(backoffSeconds(1, () => 1, 17), 17);
  assert.equal(backoffSeconds(6, () => 1, 17), 30);
});

test("where nobody answers it is tried in quick succession for some seconds, and then as after other failures", () => {
  const waits = (chance) => Array.from({ length: 18 }, (_, index) => reconnectSeconds(index + 1, () => chance));
  assert.deepEqual(waits(1), [...Array(16).fill(0.4), 1, 2]);
  assert.deepEqual(waits(0), [...Array(16).fill(0.2), 0.5, 1]);
});

test("Retry-After is read as seconds or as a date", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  assert.equal(retryAfterSeconds("2.5", now), 2.5);
  assert.equal(retryAfterSeconds("Mon, 23 Nov 2026 12:00:30 GMT", now), 30);
  assert.equal(retryAfterSeconds("Mon, 23 Nov 2026 11:00:00 GMT", now), 0);
  assert.equal(retryAfterSeconds("soon", now), 0);
  assert.equal(retryAfterSeconds(null, now), 0);
});
