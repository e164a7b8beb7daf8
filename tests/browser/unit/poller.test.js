import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError, NetworkError } from "../../../frontend_static/core/api-error.js";
import { Poller } from "../../../frontend_static/core/poller.js";
import { answer, deferred, FakeClock, reply, settled } from "./support/cast.js";

let clock;
let asked;
let seen;
let position;
let poller;

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  seen = [];
  position = { cursor: null, conversation: null, after: null, visible: true };
  poller = new Poller({
    request(target, etag, signal) {
      const handle = { ...deferred(), target, etag, signal };
      asked.push(handle);
      return handle.promise;
    },
    target: () => ({ ...position }),
    clock,
    random: () => 1,
    events: {
      answered(target, data) {
        position.cursor = data.cursor;
        if (target.conversation !== null) position.after = data.after;
        seen.push(data.cursor);
      },
      unchanged: () => seen.push("unchanged"),
      failed: (failures) => seen.push(`failed ${failures}`),
      signedOut: () => seen.push("signed out"),
      cursorAhead: () => seen.push("cursor ahead"),
      conversationGone: (id) => seen.push(`gone ${id}`),
    },
  });
  poller.start();
});

async function answerLast(data, options) {
  asked.at(-1).resolve(reply(data, options));
  await settled();
}

async function failLast(error) {
  asked.at(-1).reject(error);
  await settled();
}

test("the next poll starts only after the answer, at the server's pace", async () => {
  await clock.pass(60_000);
  assert.equal(asked.length, 1);
  await answerLast(answer({ cursor: 5 }), { interval: 4 });
  await clock.pass(3999);
  assert.equal(asked.length, 1);
  await clock.pass(1);
  assert.equal(asked.length, 2);
  assert.equal(asked[1].target.cursor, 5);
});

test("an ETag is sent only with the position it leads to", async () => {
  await answerLast(answer({ cursor: 5 }), { etag: '"five"' });
  await clock.pass(2000);
  assert.equal(asked[1].etag, '"five"');
  await answerLast(null);
  await clock.pass(2000);
  assert.equal(asked[2].etag, '"five"');
  await answerLast(null);
  position = { ...position, conversation: 7, after: 3 };
  await clock.pass(2000);
  assert.equal(asked[3].etag, null);
});

test("an unchanged answer is a success", async () => {
  await failLast(new NetworkError());
  await clock.pass(1000);
  await answerLast(null, { interval: 9 });
  assert.deepEqual(seen, ["failed 1", "unchanged"]);
  assert.equal(poller.failures, 0);
  assert.equal(clock.next(), 9000);
});

test("a late answer to an older question is thrown away", async () => {
  await answerLast(answer({ cursor: 3 }));
  await clock.pass(2000);
  position.conversation = 7;
  position.after = 1;
  poller.wake();
  assert.equal(asked.length, 3);
  assert.equal(asked[1].signal.aborted, true);
  await answerLast(answer({ cursor: 9, after: 2 }));
  asked[1].resolve(reply(answer({ cursor: 4 })));
  await settled();
  assert.deepEqual(seen, [3, 9]);
});

test("the first poll is not thrown away for a conversation that opens meanwhile, which is asked for right after", async () => {
  position = { ...position, conversation: 7, after: 1 };
  poller.wake();
  assert.equal(asked.length, 1);
  asked[0].target.conversation = null;
  await answerLast(answer({ cursor: 3 }));
  await clock.pass(0);
  assert.equal(asked.length, 2);
  assert.equal(asked[1].target.conversation, 7);
});

test("several signs of one return make one poll", async () => {
  await answerLast(answer({ cursor: 5 }), { interval: 60 });
  poller.wake();
  poller.wake();
  poller.wake();
  assert.equal(asked.length, 2);
});

test("a poll that was under way during sleep is replaced on waking", async () => {
  await clock.pass(60_000);
  poller.wake();
  assert.equal(asked.length, 2);
  assert.equal(asked[0].signal.aborted, true);
});

test("failures back off, and the server's Retry-After is kept", async () => {
  await failLast(new NetworkError());
  assert.equal(clock.next(), 1000);
  await clock.pass(1000);
  await failLast(new ApiError(503, {}, 20));
  assert.equal(clock.next(), 20_000);
  assert.deepEqual(seen, ["failed 1", "failed 2"]);
});

test("more to come is fetched at once, but not in circles", async () => {
  await answerLast(answer({ cursor: 5, has_more: true }));
  assert.equal(clock.next(), 0);
  await clock.pass(0);
  await answerLast(answer({ cursor: 5, has_more: true }));
  assert.equal(clock.next(), 2000);
});

test("being signed out stops the polling", async () => {
  await failLast(new ApiError(401, { code: "not_authenticated" }, 0));
  await clock.pass(600_000);
  assert.deepEqual(seen, ["signed out"]);
  assert.equal(asked.length, 1);
});

test("a cursor ahead of the server and a lost conversation are told apart from failures", async () => {
  await failLast(new ApiError(409, { code: "cursor_ahead" }, 0));
  position.conversation = 7;
  position.after = 1;
  await clock.pass(1000);
  await failLast(new ApiError(404, { code: "not_found" }, 0));
  assert.deepEqual(seen, ["cursor ahead", "gone 7"]);
});

test("nothing is asked after stopping", async () => {
  poller.stop();
  await answerLast(answer({ cursor: 5 }));
  poller.wake();
  await clock.pass(600_000);
  assert.equal(asked.length, 1);
  assert.deepEqual(seen, []);
});
