import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError, NetworkError } from "../../../frontend_static/core/api-error.js";
import { answer, bob, reply, settled } from "./support/cast.js";
import { PollerStage } from "./support/poller.js";

/** As a server answers that holds polls: ask again at once, more or less. */
const HELD = { interval: 0.1 };

let stage;
let clock;
let asked;
let seen;
let poller;

beforeEach(() => {
  stage = new PollerStage({ visible: true, mayWait: true });
  ({ clock, asked, seen, poller } = stage);
});

/** The first answer is there, and the server holds the second poll. */
async function held() {
  await stage.answerLast(answer({ cursor: 5 }), { etag: '"five"' });
  await clock.pass(0);
}

test("the first poll asks for everything and does not wait, the second waits", async () => {
  assert.equal(asked[0].wait, 0);
  await held();
  assert.equal(asked.length, 2);
  assert.equal(asked[1].wait, 25);
  assert.equal(asked[1].etag, '"five"');
});

test("each poll waits for a time of its own", async () => {
  stage.random = 0;
  await held();
  stage.random = 0.5;
  await clock.pass(20_000);
  await stage.answerLast(null, HELD);
  await clock.pass(100);
  assert.deepEqual(asked.map(({ wait }) => wait), [0, 20, 23]);
});

test("a held poll is left alone, and its news is followed by the next at the server's pace", async () => {
  await held();
  await clock.pass(24_000);
  assert.equal(asked.length, 2);
  await stage.answerLast(answer({ cursor: 6 }), HELD);
  await clock.pass(99);
  assert.equal(asked.length, 2);
  await clock.pass(1);
  assert.equal(asked.length, 3);
  assert.deepEqual(seen, [5, 6]);
});

test("a server that is busy, or cannot hold, is asked no sooner than it wants", async () => {
  await stage.answerLast(answer({ cursor: 5 }), { interval: 8 });
  assert.equal(clock.next(), 8000);
  await clock.pass(8000);
  await stage.answerLast(null, { interval: 6 });
  assert.equal(clock.next(), 6000);
});

test("something that answers held polls at once with nothing cannot make the page spin", async () => {
  await held();
  for (let times = 0; times < 2; times += 1) {
    await stage.answerLast(null, { interval: 0.05 });
    await clock.pass(50);
  }
  const { length } = asked;
  await stage.answerLast(answer({ cursor: 5, after: 0 }), { interval: 0.05 });
  await clock.pass(999);
  assert.equal(asked.length, length);
  await clock.pass(1);
  assert.equal(asked.length, length + 1);
});

test("news at once, many times in a row, is no reason to slow down", async () => {
  await held();
  for (let cursor = 6; cursor < 30; cursor += 1) {
    await stage.answerLast(answer({ cursor }), { interval: 0.05 });
    assert.equal(clock.next(), 50);
    await clock.pass(50);
  }
});

test("after a failure the first poll does not wait, and the next one does", async () => {
  await held();
  await clock.pass(12_000);
  await stage.failLast(new NetworkError());
  await clock.pass(1000);
  assert.equal(asked[2].wait, 0);
  await stage.failLast(new ApiError(503, {}, 7));
  assert.equal(clock.next(), 7000);
  await clock.pass(7000);
  assert.equal(asked[3].wait, 0);
  await stage.answerLast(null);
  await clock.pass(0);
  assert.equal(asked[4].wait, 25);
  assert.deepEqual(seen, [5, "failed 1", "failed 2", "unchanged"]);
});

test("another conversation takes the place of a held poll at once", async () => {
  await held();
  await clock.pass(5000);
  Object.assign(stage.position, { conversation: 7, after: 3 });
  poller.follow();
  assert.equal(asked.length, 3);
  assert.equal(asked[1].signal.aborted, true);
  assert.equal(asked[2].target.conversation, 7);
  assert.equal(asked[2].wait, 25);
});

test("turning away ends a held poll; a hidden page does not wait", async () => {
  await held();
  Object.assign(stage.position, { visible: false, mayWait: false });
  poller.follow();
  assert.equal(asked[1].signal.aborted, true);
  assert.deepEqual([asked[2].target.visible, asked[2].wait], [false, 0]);
  await stage.answerLast(null, { interval: 30 });
  assert.equal(clock.next(), 30_000);
});

test("a forgotten page on the screen says that nobody looks, and waits for news all the same", async () => {
  await held();
  stage.position.visible = false;
  poller.follow();
  assert.equal(asked[1].signal.aborted, true);
  assert.deepEqual([asked[2].target.visible, asked[2].wait, asked[2].etag], [false, 25, '"five"']);
});

test("a held poll is left alone by what changes nothing", async () => {
  await held();
  await clock.pass(5000);
  poller.follow();
  assert.equal(asked.length, 2);
  assert.equal(asked[1].signal.aborted, false);
});

test("a return replaces a held poll by one that is answered at once, and then waits again", async () => {
  await held();
  await clock.pass(5000);
  assert.equal(poller.wake(), true);
  assert.equal(asked[1].signal.aborted, true);
  assert.equal(asked[2].wait, 0);
  await stage.answerLast(null);
  await clock.pass(0);
  assert.equal(asked[3].wait, 25);
});

test("a return that opens another conversation is still answered at once", async () => {
  await held();
  await clock.pass(5000);
  poller.wake();
  Object.assign(stage.position, { conversation: 7, after: 3 });
  poller.follow();
  assert.deepEqual([asked[3].target.conversation, asked[3].wait], [7, 0]);
});

test("the further signs of a return leave the poll alone that waits after it", async () => {
  await held();
  await clock.pass(5000);
  poller.wake();
  await stage.answerLast(null);
  await clock.pass(300);
  assert.equal(poller.wake(), false);
  assert.equal(asked.length, 4);
  assert.equal(asked[3].signal.aborted, false);
});

test("what a given-up poll would have brought comes with the next one", async () => {
  await held();
  await clock.pass(5000);
  Object.assign(stage.position, { conversation: 7, after: 3 });
  poller.follow();
  asked[1].resolve(reply(answer({ cursor: 6 })));
  await settled();
  assert.equal(stage.position.cursor, 5);
  assert.equal(asked[2].target.cursor, 5);
  await stage.answerLast(answer({ cursor: 6, after: 4 }), HELD);
  assert.deepEqual(seen, [5, 6]);
});

test("a given-up poll that fails afterwards is no failure", async () => {
  await held();
  await clock.pass(5000);
  poller.wake();
  asked[1].reject(new NetworkError());
  await settled();
  assert.deepEqual(seen, [5]);
  assert.equal(poller.failures, 0);
});

test("while somebody types, polls are held shortly, to hear whether they still do", async () => {
  Object.assign(stage.position, { conversation: 7, after: 3 });
  await held();
  await stage.answerLast(answer({ cursor: 5, after: 3, typing: [bob] }), { ...HELD, etag: '"five-bob"' });
  await clock.pass(100);
  assert.deepEqual([asked[2].wait, asked[2].etag], [4, '"five-bob"']);
  await clock.pass(4000);
  await stage.answerLast(null, HELD);
  await clock.pass(100);
  assert.deepEqual([asked[3].wait, asked[3].etag], [4, '"five-bob"']);
  await stage.answerLast(answer({ cursor: 5, after: 3 }), { ...HELD, etag: '"five"' });
  await clock.pass(100);
  assert.deepEqual([asked[4].wait, asked[4].etag], [25, '"five"']);
  assert.deepEqual(seen, [5, 5, "unchanged Bob", 5]);
});

test("nothing is asked after stopping, and starting again does not wait at first", async () => {
  await held();
  poller.stop();
  assert.equal(asked[1].signal.aborted, true);
  poller.wake();
  poller.follow();
  await clock.pass(600_000);
  assert.equal(asked.length, 2);
  poller.start();
  assert.equal(asked[2].wait, 0);
});

test("a forgotten page that is hidden then does not wait any longer", async () => {
  stage.position.visible = false;
  await held();
  stage.position.mayWait = false;
  poller.follow();
  assert.equal(asked[1].signal.aborted, true);
  assert.equal(asked[2].wait, 0);
});

test("whoever has lost their cursor does not wait for everything", async () => {
  await held();
  Object.assign(stage.position, { cursor: null, conversation: 7, after: 3 });
  poller.follow();
  assert.equal(asked[2].wait, 0);
});

test("the rest of a long list of messages is fetched at once, though the feed stands still", async () => {
  Object.assign(stage.position, { conversation: 7, after: 3 });
  await held();
  await stage.answerLast(answer({ cursor: 5, after: 203, has_more: true }), HELD);
  assert.equal(clock.next(), 0);
});
