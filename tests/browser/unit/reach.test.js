import assert from "node:assert/strict";
import { test } from "node:test";
import { reachLine } from "../../../frontend_static/core/reach.js";
import { TimeFormat } from "../../../frontend_static/core/time.js";
import { alice, bob, carol, conversation } from "./support/cast.js";

const time = new TimeFormat({ locale: "en-GB", timeZone: "Europe/Berlin" });
const now = Date.parse("2026-11-23T12:00:00Z");
const direct = conversation({ last: 3 });
const group = conversation({ kind: "group", last: 3, participants: [alice, bob, carol].map((one) => ({ ...one, read_seq: 0 })) });

const of = (user, state, channel = null, at = null) => ({ user: user.id, state, channel, at });
const later = (seconds) => new Date(now + seconds * 1000).toISOString();

function line(conversation, ...reach) {
  return reachLine({ conversation, reach, meId: alice.id, time, now });
}

function waiting(seconds, channel = "email") {
  return line(direct, of(bob, "waiting", channel, later(seconds)));
}

test("of one person it says what comes next, and counts down", () => {
  assert.equal(waiting(120).summary, "Bob will get an email in 2 min");
  assert.equal(waiting(61).summary, "Bob will get an email in 2 min");
  assert.equal(waiting(60).summary, "Bob will get an email in less than a minute");
  assert.equal(waiting(1, "push").summary, "Bob will be notified in less than a minute");
  assert.equal(waiting(0).summary, "Bob will get an email shortly");
  assert.equal(waiting(-90).summary, "Bob will get an email shortly");
  assert.equal(line(direct, of(bob, "waiting", "email")).summary, "Bob will get an email shortly");
});

test("what is far off has its time, and another day its name", () => {
  assert.equal(waiting(3599).summary, "Bob will get an email in 60 min");
  assert.equal(waiting(3600).summary, "Bob will get an email at 14:00");
  assert.equal(line(direct, of(bob, "waiting", "email", "2026-11-24T07:00:00Z")).summary, "Bob will get an email tomorrow 8:00");
  assert.equal(line(direct, of(bob, "waiting", "email", "2026-11-26T07:00:00Z")).summary, "Bob will get an email Thu 8:00");
});

test("what was done has its time", () => {
  const at = "2026-11-23T11:04:00Z";
  assert.equal(line(direct, of(bob, "told", "email", at)).summary, "emailed 12:04");
  assert.equal(line(direct, of(bob, "told", "push", at)).summary, "push sent 12:04");
  assert.equal(line(direct, of(bob, "told", "email", "2026-11-22T11:04:00Z")).summary, "emailed yesterday 12:04");
  assert.equal(line(direct, of(bob, "read", null, at)).summary, "12:04", "the receipt says that it was read");
  assert.equal(line(direct, of(bob, "read", null, at)).continues, true);
  assert.equal(line(direct, of(bob, "told", "push", at)).continues, false);
  assert.equal(line(direct, of(bob, "read")).summary, "");
});

test("who looks, and who is not told", () => {
  assert.equal(line(direct, of(bob, "looking")).summary, "Bob is here");
  assert.equal(line(direct, of(bob, "not_told")).summary, "Bob is not notified");
});

test("without an answer there is nothing to say", () => {
  for (const conversation of [direct, group]) {
    assert.deepEqual(line(conversation), { summary: "", continues: false, details: [], changesIn: null });
  }
});

test("a group is summed up, with each person in the details", () => {
  const at = "2026-11-23T11:04:00Z";
  const some = line(group, of(bob, "told", "email", at), of(carol, "waiting", "push", later(100)));
  assert.equal(some.summary, "emailed 1, 1 waiting");
  assert.deepEqual(some.details, [
    { id: 2, name: "Bob", text: "emailed 12:04" },
    { id: 3, name: "Carol", text: "will be notified in 2 min" },
  ]);
  assert.equal(line(group, of(bob, "told", "push", at), of(carol, "told", "push", at)).summary, "push sent to 2");
  assert.equal(line(group, of(bob, "looking"), of(carol, "not_told")).summary, "1 here, 1 not notified");
});

test("where all have read it the details say when", () => {
  const at = "2026-11-23T11:04:00Z";
  const all = line(group, of(bob, "read", null, at), of(carol, "read"));
  assert.equal(all.summary, "details");
  assert.deepEqual(all.details.map(({ text }) => text), ["read 12:04", "read"]);
});

test("somebody who is no longer there is not named", () => {
  assert.equal(line(direct, of(carol, "told", "email", later(0))).summary, "");
});

test("it knows when its words stop being true", () => {
  for (const seconds of [0.5, 1, 59, 60, 60.5, 61, 119, 120, 121, 3599, 3600, 3601, 7200]) {
    const before = waiting(seconds);
    const reach = [of(bob, "waiting", "email", later(seconds))];
    const at = (moment) => reachLine({ conversation: direct, reach, meId: alice.id, time, now: moment }).summary;
    assert.equal(at(now + before.changesIn - 1), before.summary, `${seconds} s: they are true until then`);
    assert.notEqual(at(now + before.changesIn), before.summary, `${seconds} s: and no longer`);
  }
  assert.equal(waiting(0).changesIn, null);
  assert.equal(line(direct, of(bob, "told", "email", later(0))).changesIn, null);
});
