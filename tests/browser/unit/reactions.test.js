import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Reactions, withReaction } from "../../../frontend_static/core/reactions.js";
import { alice, bob, deferred, message, settled } from "./support/cast.js";

let puts;
let changes;
let reactions;

beforeEach(() => {
  puts = [];
  changes = 0;
  reactions = new Reactions({
    put(...change) {
      puts.push({ change, ...deferred() });
      return puts.at(-1).promise;
    },
    meId: alice.id,
    changed: () => (changes += 1),
  });
});

const bobs = [{ emoji: "👍", users: [bob.id] }];
const of = (given) => reactions.of(7, message(3, { reactions: given }));

test("a reaction is there before the server has it, after those of others", async () => {
  reactions.toggle(7, message(3, { reactions: bobs }), "👍");
  assert.deepEqual(of(bobs), [{ emoji: "👍", users: [bob.id, alice.id] }]);
  assert.equal(changes, 1);
  assert.deepEqual(puts[0].change, [7, 3, "👍", true]);
});

test("what the server sends meanwhile is not counted twice", () => {
  reactions.toggle(7, message(3), "👍");
  assert.deepEqual(of([{ emoji: "👍", users: [alice.id] }]), [{ emoji: "👍", users: [alice.id] }]);
});

test("one that is refused is gone again, and the caller hears why", async () => {
  const done = reactions.toggle(7, message(3), "👍");
  puts[0].reject(new Error("no"));
  await assert.rejects(done, /no/);
  assert.deepEqual(of([]), []);
});

test("a second press while the first is under way is sent after it", async () => {
  const done = reactions.toggle(7, message(3), "👍");
  await reactions.toggle(7, message(3), "👍");
  assert.deepEqual(of([]), []);
  assert.equal(puts.length, 1);
  puts[0].resolve();
  await settled();
  assert.deepEqual(puts[1].change, [7, 3, "👍", false]);
  puts[1].resolve();
  await done;
  assert.equal(reactions.pending.size, 0);
});

test("three presses are one change", async () => {
  const done = reactions.toggle(7, message(3), "👍");
  await reactions.toggle(7, message(3), "👍");
  await reactions.toggle(7, message(3), "👍");
  puts[0].resolve();
  await done;
  assert.equal(puts.length, 1);
});

test("messages and emoji are apart", () => {
  reactions.toggle(7, message(3), "👍");
  assert.deepEqual(reactions.of(7, message(30)), []);
  assert.deepEqual(reactions.of(8, message(3)), []);
});

test("taking back the last one takes the emoji away", () => {
  assert.deepEqual(withReaction(bobs, "👍", bob.id, false), []);
  assert.equal(withReaction(bobs, "👍", bob.id, true), bobs);
  assert.equal(withReaction(bobs, "🎉", bob.id, false), bobs);
});
