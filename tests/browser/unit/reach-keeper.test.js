import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { NetworkError } from "../../../frontend_static/core/api-error.js";
import { Emitter } from "../../../frontend_static/core/emitter.js";
import { ReachKeeper } from "../../../frontend_static/core/reach-keeper.js";
import { Store } from "../../../frontend_static/core/store.js";
import { alice, bob, conversation, deferred, FakeClock, message, page, settled } from "./support/cast.js";

let asked;
let changes;
let clock;
let isVisible;
let keeper;
let session;

beforeEach(() => {
  asked = [];
  changes = 0;
  clock = new FakeClock();
  isVisible = true;
  session = new Emitter();
  Object.assign(session, {
    me: alice,
    store: new Store(),
    opened: { id: 7 },
    environment: { clock, isVisible: () => isVisible },
    conversation: () => session.store.conversations.get(session.opened.id),
    log: () => session.store.logs.get(session.opened.id),
  });
  keeper = new ReachKeeper({
    session,
    ask: (id) => {
      asked.push({ id, ...deferred() });
      return asked.at(-1).promise;
    },
    changed: () => (changes += 1),
  });
  show();
});

/** Alice's newest message is number 4, bob has read up to `read`. */
function show({ read = 0, messages = [message(3), message(4, { sender: alice })], ...rest } = {}) {
  const people = [alice, bob].map(({ id, name }) => ({ id, name, read_seq: read }));
  session.store.conversations.set(7, conversation({ last: 4, participants: people, ...rest }));
  session.store.openLog(7, page(messages));
}

async function answer(state = "waiting") {
  asked.at(-1).resolve({ reach: [{ user: bob.id, state, channel: "email", at: null }] });
  await settled();
}

test("it asks when there is news, and keeps the answer for that message alone", async () => {
  session.emit("news");
  assert.deepEqual(asked.map(({ id }) => id), [7]);
  await answer();
  assert.equal(changes, 1);
  assert.equal(keeper.of(7, 4)[0].state, "waiting");
  assert.deepEqual(keeper.of(7, 5), []);
  assert.deepEqual(keeper.of(8, 4), []);
  assert.deepEqual(clock.timers, []);
});

test("one request at a time, and the next not before three seconds have passed", async () => {
  session.emit("news");
  session.emit("news");
  session.emit("opened");
  await clock.pass(10_000);
  assert.equal(asked.length, 1);
  await answer();
  assert.equal(asked.length, 2);
  await answer();
  session.emit("news");
  session.emit("news");
  await clock.pass(2999);
  assert.equal(asked.length, 2);
  await clock.pass(1);
  assert.equal(asked.length, 3);
});

test("a page that nobody can see asks nothing until somebody can", async () => {
  isVisible = false;
  session.emit("news");
  await clock.pass(60_000);
  assert.equal(asked.length, 0);
  isVisible = true;
  keeper.wake();
  assert.equal(asked.length, 1);
  await answer();
  await clock.pass(10_000);
  keeper.wake();
  assert.equal(asked.length, 1, "there was no news since");
});

test("once everybody has read it, it asks when, and then no more", async () => {
  session.emit("news");
  await answer("told");
  await clock.pass(3000);
  show({ read: 4 });
  session.emit("news");
  await answer("read");
  await clock.pass(3000);
  session.emit("news");
  assert.equal(asked.length, 2);
});

test("nothing is asked of what was read before it was looked at", () => {
  show({ read: 4 });
  session.emit("opened");
  assert.equal(asked.length, 0);
});

test("nothing is asked without a message of mine, or of one that was deleted", () => {
  show({ messages: [message(3), message(4)] });
  session.emit("news");
  show({ messages: [message(3), message(4, { sender: alice, deleted: true })] });
  session.emit("news");
  assert.equal(asked.length, 0);
});

test("nothing is asked where no conversation is open, or its messages are not here", () => {
  session.store.logs.clear();
  session.emit("news");
  session.opened = { id: 9 };
  session.emit("news");
  assert.equal(asked.length, 0);
});

test("in conversations of more than twenty people nothing is asked", async () => {
  const crowd = (size) => Array.from({ length: size }, (_, id) => ({ id: id + 1, name: "x", read_seq: null }));
  show({ kind: "group", participants: crowd(21) });
  session.emit("news");
  assert.equal(asked.length, 0);
  show({ kind: "group", participants: crowd(20) });
  session.emit("news");
  assert.equal(asked.length, 1);
});

test("a lost answer leaves what is known, and the next news ask again", async () => {
  session.emit("news");
  await answer("told");
  await clock.pass(3000);
  session.emit("news");
  asked.at(-1).reject(new NetworkError());
  await settled();
  assert.equal(keeper.of(7, 4)[0].state, "told");
  await clock.pass(3000);
  session.emit("news");
  assert.equal(asked.length, 3);
});
