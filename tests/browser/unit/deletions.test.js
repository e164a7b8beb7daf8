import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError, NetworkError } from "../../../frontend_static/core/api-error.js";
import { Deletions } from "../../../frontend_static/core/deletions.js";
import { FakeClock, settled } from "./support/cast.js";

let clock;
let removed;
let refusals;
let answer;
let deletions;

beforeEach(() => {
  clock = new FakeClock();
  removed = [];
  refusals = [];
  answer = async () => {};
  deletions = new Deletions({
    remove(...call) {
      removed.push(call);
      return answer();
    },
    clock,
    random: () => 1,
    events: { changed: () => {}, refused: ({ message }) => refusals.push(message) },
  });
});

test("the server is told after six seconds, once", async () => {
  deletions.add(7, 3);
  deletions.add(7, 3);
  assert.equal(deletions.has(7, 3), true);
  await clock.pass(5999);
  assert.deepEqual(removed, []);
  await clock.pass(1);
  assert.deepEqual(removed, [[7, 3]]);
  assert.equal(deletions.has(7, 3), false);
});

test("what is taken back in time is never deleted", async () => {
  deletions.add(7, 3);
  await clock.pass(5000);
  deletions.undo(deletions.list[0]);
  await clock.pass(60_000);
  assert.equal(deletions.has(7, 3), false);
  assert.deepEqual(removed, []);
});

test("time stands still while somebody is at the button", async () => {
  deletions.add(7, 3);
  const [deletion] = deletions.list;
  await clock.pass(4000);
  deletions.pause(deletion);
  deletions.pause(deletion);
  await clock.pass(60_000);
  assert.deepEqual(removed, []);
  deletions.resume(deletion);
  deletions.resume(deletion);
  await clock.pass(1999);
  assert.deepEqual(removed, []);
  await clock.pass(1);
  assert.equal(removed.length, 1);
});

test("a page that closes tells the server at once", async () => {
  deletions.add(7, 3);
  deletions.pause(deletions.list[0]);
  deletions.add(7, 4);
  await deletions.flush();
  assert.deepEqual(removed, [[7, 3], [7, 4]]);
  await clock.pass(60_000);
  assert.equal(removed.length, 2);
});

test("while the server does not answer it is tried again, and can still be taken back", async () => {
  answer = async () => {
    throw new NetworkError();
  };
  deletions.add(7, 3);
  await clock.pass(6000);
  assert.equal(deletions.list[0].state, "waiting");
  await clock.pass(1000);
  assert.equal(removed.length, 2);
  deletions.undo(deletions.list[0]);
  await clock.pass(600_000);
  assert.equal(removed.length, 2);
});

test("a refusal brings the message back and says why", async () => {
  answer = async () => {
    throw new ApiError(403, { detail: "Not yours." }, 0);
  };
  deletions.add(7, 3);
  await clock.pass(6000);
  assert.equal(deletions.has(7, 3), false);
  assert.deepEqual(refusals, ["Not yours."]);
});

test("what is on its way can no longer be taken back", async () => {
  answer = () => new Promise(() => {});
  deletions.add(7, 3);
  await clock.pass(6000);
  const [deletion] = deletions.list;
  deletions.undo(deletion);
  await settled();
  assert.equal(deletions.has(7, 3), true);
});
