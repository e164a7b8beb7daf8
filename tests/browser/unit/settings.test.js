import assert from "node:assert/strict";
import { test } from "node:test";
import { delayChoices, delayWords } from "../../../frontend_static/core/delays.js";
import { conversationOf, isSettings, knownPath } from "../../../frontend_static/core/route.js";
import { Turn } from "../../../frontend_static/core/turn.js";
import { isSameZone, zoneChoices } from "../../../frontend_static/core/zones.js";
import { deferred, settled } from "./support/cast.js";

test("a delay is said in the largest unit that is exact", () => {
  assert.equal(delayWords(0), "At once");
  assert.equal(delayWords(1), "After 1 second");
  assert.equal(delayWords(90), "After 90 seconds");
  assert.equal(delayWords(60), "After 1 minute");
  assert.equal(delayWords(5400), "After 90 minutes");
  assert.equal(delayWords(3600), "After 1 hour");
  assert.equal(delayWords(86_400), "After 24 hours");
});

test("the house's delay comes first, and says what it is", () => {
  assert.deepEqual(delayChoices(null, 20), [
    { seconds: null, label: "After 20 seconds (recommended)" },
    { seconds: 120, label: "After 2 minutes" },
    { seconds: 600, label: "After 10 minutes" },
    { seconds: 3600, label: "After 1 hour" },
  ]);
});

test("a delay that was set elsewhere is offered too, once and in its place", () => {
  assert.deepEqual(delayChoices(300, 120).map(({ seconds }) => seconds), [null, 120, 300, 600, 3600]);
  assert.deepEqual(delayChoices(600, 120).map(({ seconds }) => seconds), [null, 120, 600, 3600]);
});

test("the zone in use can be chosen, whether or not the browser lists it", () => {
  const zones = zoneChoices("Asia/Kolkata");
  for (const zone of ["Asia/Kolkata", "UTC", "Europe/Berlin"]) assert.equal(zones.filter((one) => one === zone).length, 1);
});

test("two names of one zone are the same", () => {
  assert.equal(isSameZone("Asia/Calcutta", "Asia/Kolkata"), true);
  assert.equal(isSameZone("Europe/Berlin", "Europe/Madrid"), false);
  assert.equal(isSameZone("Not/There", "Not/There"), true);
  assert.equal(isSameZone("Not/There", "UTC"), false);
});

test("changes arrive in the order in which they were made, also after a failure", async () => {
  const turn = new Turn();
  const [first, second] = [deferred(), deferred()];
  const arrived = [];
  const failed = assert.rejects(turn.take(() => first.promise), /lost/);
  const taken = turn.take(async () => {
    arrived.push("second");
    return second.promise;
  });
  await settled();
  assert.deepEqual(arrived, []);
  first.reject(new Error("lost"));
  await failed;
  await settled();
  assert.deepEqual(arrived, ["second"]);
  second.resolve("done");
  assert.equal(await taken, "done");
});

test("an address is a conversation's, the settings', or the list's", () => {
  assert.equal(isSettings("/settings"), true);
  assert.equal(isSettings("/settingsx"), false);
  assert.equal(conversationOf("/settings"), null);
  assert.equal(knownPath("/settings/"), "/settings");
  assert.equal(knownPath("/c/12"), "/c/12");
  for (const path of ["/admin/", "//evil.example/c/1", "https://evil.example/", "", undefined, 7]) {
    assert.equal(knownPath(path), "/");
  }
});
