import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { stillTyping, TypingPeople } from "../../../frontend_static/core/typing.js";
import { answer, bob, carol, FakeClock, message } from "./support/cast.js";

let clock;
let changes;
let typing;

beforeEach(() => {
  clock = new FakeClock();
  changes = 0;
  typing = new TypingPeople({ clock, changed: () => (changes += 1) });
});

test("typing ends by itself after six seconds, also when no answer comes", async () => {
  typing.heard(7, [bob]);
  await clock.pass(5999);
  assert.deepEqual(typing.in(7), [bob]);
  assert.equal(changes, 1);
  await clock.pass(1);
  assert.deepEqual(typing.in(7), []);
  assert.equal(changes, 2);
});

test("an answer that says it again makes it last", async () => {
  typing.heard(7, [bob]);
  await clock.pass(4000);
  typing.heard(7, [bob, carol]);
  await clock.pass(4000);
  assert.deepEqual(typing.in(7), [bob, carol]);
  await clock.pass(2000);
  assert.deepEqual(typing.in(7), []);
});

test("an answer without it ends it at once, and leaves no timer", () => {
  typing.heard(7, [bob]);
  typing.heard(7, []);
  assert.deepEqual(typing.in(7), []);
  assert.deepEqual(clock.timers, []);
});

test("it is told of the conversation that was asked about alone", () => {
  typing.heard(7, [bob]);
  assert.deepEqual(typing.in(8), []);
  assert.deepEqual(typing.in(undefined), []);
});

test("whoever has just sent a message is no longer typing", () => {
  assert.deepEqual(stillTyping(answer({ messages: [message(6)], typing: [bob, carol] })), [carol]);
});

test("nobody typing still is no change", () => {
  typing.heard(7, []);
  typing.clear();
  assert.equal(changes, 0);
});
