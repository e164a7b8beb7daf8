import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError, NetworkError } from "../../../frontend_static/core/api-error.js";
import { answer, reply, settled } from "./support/cast.js";
import { PollerStage } from "./support/poller.js";

let stage;
let clock;
let asked;
let seen;
let poller;

beforeEach(() => {
  stage = new PollerStage({ visible: true, mayWait: false });
  ({ clock, asked, seen, poller } = stage);
});

test("the next poll starts only after the answer, at the server's pace", async () => {
  await clock.pass(60_000);
  assert.equal(asked.length, 1);
  await stage.answerLast(answer({ cursor: 5 }), { interval: 4 });
  await clock.pass(3999);
  assert.equal(asked.length, 1);
  await clock.pass(1);
  assert.equal(asked.length, 2);
  assert.equal(asked[1].target.cursor, 5);
});

test("an ETag is sent only with the position it leads to", async () => {
  await stage.answerLast(answer({ cursor: 5 }), { etag: '"five"' });
  await clock.pass(2000);
  assert.equal(asked[1].etag, '"five"');
  await stage.answerLast(null);
  await clock.pass(2000);
  assert.equal(asked[2].etag, '"five"');
  await stage.answerLast(null);
  Object.assign(stage.position, { conversation: 7, after: 3 });
  await clock.pass(2000);
  assert.equal(asked[3].etag, null);
});

test("an unchanged answer is a success", async () => {
  await stage.failLast(new NetworkError());
  await clock.pass(1000);
  await stage.answerLast(null, { interval: 9 });
  assert.deepEqual(seen, ["failed 1", "unchanged"]);
  assert.equal(poller.failures, 0);
  assert.equal(clock.next(), 9000);
});

test("a late answer to an older question is thrown away", async () => {
  await stage.answerLast(answer({ cursor: 3 }));
  await clock.pass(2000);
  Object.assign(stage.position, { conversation: 7, after: 1 });
  poller.follow();
  assert.equal(asked.length, 3);
  assert.equal(asked[1].signal.aborted, true);
  await stage.answerLast(answer({ cursor: 9, after: 2 }));
  asked[1].resolve(reply(answer({ cursor: 4 })));
  await settled();
  assert.deepEqual(seen, [3, 9]);
});

test("the first poll is not thrown away for a conversation that opens meanwhile, which is asked for right after", async () => {
  Object.assign(stage.position, { conversation: 7, after: 1 });
  poller.follow();
  assert.equal(asked.length, 1);
  asked[0].target.conversation = null;
  await stage.answerLast(answer({ cursor: 3 }));
  await clock.pass(0);
  assert.equal(asked.length, 2);
  assert.equal(asked[1].target.conversation, 7);
});

test("several signs of one return make one poll", async () => {
  await stage.answerLast(answer({ cursor: 5 }), { interval: 60 });
  await clock.pass(10_000);
  assert.equal(poller.wake(), true);
  assert.equal(poller.wake(), false);
  await stage.answerLast(null);
  assert.equal(poller.wake(), false);
  assert.equal(asked.length, 2);
});

test("a return is not kept waiting by a failure of just now", async () => {
  await stage.failLast(new NetworkError());
  assert.equal(poller.wake(), true);
  assert.equal(asked.length, 2);
});

test("turning away from a page that looks the same asks nothing", async () => {
  await stage.answerLast(answer({ cursor: 5 }), { interval: 60 });
  poller.follow();
  assert.equal(asked.length, 1);
  stage.position.visible = false;
  poller.follow();
  assert.equal(asked.length, 2);
  assert.equal(asked[1].target.visible, false);
});

test("a page that is turned away from during the first poll says so right after it", async () => {
  stage.position.visible = false;
  poller.follow();
  assert.equal(asked.length, 1);
  await stage.answerLast(answer({ cursor: 5 }), { interval: 60 });
  await clock.pass(0);
  assert.equal(asked[1].target.visible, false);
});

test("a poll that was under way during sleep is replaced on waking", async () => {
  await clock.pass(60_000);
  poller.wake();
  assert.equal(asked.length, 2);
  assert.equal(asked[0].signal.aborted, true);
});

test("failures back off, and the server's Retry-After is kept", async () => {
  await stage.failLast(new ApiError(500, {}, 0));
  assert.equal(clock.next(), 1000);
  await clock.pass(1000);
  await stage.failLast(new ApiError(503, {}, 20));
  assert.equal(clock.next(), 20_000);
  assert.deepEqual(seen, ["failed 1", "failed 2"]);
});

test("a server that does not answer at all is asked again soon", async () => {
  await stage.failLast(new NetworkError());
  assert.equal(clock.next(), 400);
});

test("more to come is fetched at once, but not in circles", async () => {
  await stage.answerLast(answer({ cursor: 5, has_more: true }));
  assert.equal(clock.next(), 0);
  await clock.pass(0);
  await stage.answerLast(answer({ cursor: 5, has_more: true }));
  assert.equal(clock.next(), 2000);
});

test("being signed out stops the polling", async () => {
  await stage.failLast(new ApiError(401, { code: "not_authenticated" }, 0));
  await clock.pass(600_000);
  assert.deepEqual(seen, ["signed out"]);
  assert.equal(asked.length, 1);
});

test("a cursor ahead of the server and a lost conversation are told apart from failures", async () => {
  await stage.failLast(new ApiError(409, { code: "cursor_ahead" }, 0));
  stage.position.conversation = 7;
  stage.position.after = 1;
  await clock.pass(1000);
  await stage.failLast(new ApiError(404, { code: "not_found" }, 0));
  assert.deepEqual(seen, ["cursor ahead", "gone 7"]);
});

test("nothing is asked after stopping", async () => {
  poller.stop();
  await stage.answerLast(answer({ cursor: 5 }));
  poller.wake();
  await clock.pass(600_000);
  assert.equal(asked.length, 1);
  assert.deepEqual(seen, []);
});
