import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError, NetworkError } from "../../../frontend_static/core/api-error.js";
import { MemoryStorage } from "./support/memory-storage.js";
import { Outbox } from "../../../frontend_static/core/outbox.js";
import { alice, deferred, FakeClock, message, settled } from "./support/cast.js";

let clock;
let storage;
let sends;
let sent;
let signedOut;
let outbox;

beforeEach(async () => {
  clock = new FakeClock();
  storage = new MemoryStorage();
  sends = [];
  sent = [];
  signedOut = 0;
  outbox = newOutbox();
  await outbox.start();
});

function newOutbox() {
  let ids = 0;
  return new Outbox({
    send(entry) {
      const handle = { ...deferred(), clientId: entry.clientId, text: entry.text };
      sends.push(handle);
      return handle.promise;
    },
    storage,
    clock,
    random: () => 1,
    newId: () => `id-${++ids}`,
    events: {
      changed: () => {},
      sent: (entry, { seq }) => sent.push([entry.text, seq]),
      signedOut: () => (signedOut += 1),
    },
  });
}

async function accept(seq) {
  sends.at(-1).resolve(message(seq, { sender: alice }));
  await settled();
}

async function refuse(error) {
  sends.at(-1).reject(error);
  await settled();
}

const states = () => outbox.entriesOf(7).map(({ text, state }) => `${text}: ${state}`);
const texts = () => sends.map(({ text }) => text);

test("a message is sent at once and let go of when the server has it", async () => {
  outbox.add(7, "hello");
  assert.deepEqual(states(), ["hello: sending"]);
  await accept(1);
  assert.deepEqual(states(), []);
  assert.deepEqual(sent, [["hello", 1]]);
  assert.equal(storage.entries.size, 0);
});

test("a retry carries the same client_id, after two, four, eight, sixteen and then thirty seconds", async () => {
  outbox.add(7, "hello");
  const waits = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await refuse(new NetworkError());
    assert.deepEqual(states(), ["hello: waiting"]);
    waits.push(clock.next());
    await clock.pass(clock.next());
  }
  assert.deepEqual(waits, [2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assert.deepEqual(new Set(sends.map(({ clientId }) => clientId)), new Set(["id-1"]));
});

test("messages of one conversation leave one after the other, in the order they were written", async () => {
  outbox.add(7, "one");
  outbox.add(7, "two");
  assert.deepEqual(texts(), ["one"]);
  await refuse(new ApiError(503, {}, 0));
  outbox.add(7, "three");
  assert.deepEqual(states(), ["one: waiting", "two: waiting", "three: waiting"]);
  await clock.pass(2000);
  for (const seq of [1, 2, 3]) await accept(seq);
  assert.deepEqual(texts(), ["one", "one", "two", "three"]);
});

test("another conversation does not wait", () => {
  outbox.add(7, "one");
  outbox.add(8, "elsewhere");
  assert.deepEqual(texts(), ["one", "elsewhere"]);
});

test("coming back tries again at once, but never twice at a time", async () => {
  outbox.add(7, "hello");
  outbox.retryNow();
  assert.equal(sends.length, 1);
  await refuse(new NetworkError());
  outbox.retryNow();
  outbox.retryNow();
  assert.equal(sends.length, 2);
  await accept(1);
  await clock.pass(60_000);
  assert.equal(sends.length, 2);
});

test("a refused message keeps its text and the reason, and lets the next one pass", async () => {
  outbox.add(7, "bad");
  outbox.add(7, "good");
  await refuse(new ApiError(400, { detail: "Too long." }, 0));
  assert.deepEqual(states(), ["bad: refused", "good: sending"]);
  assert.equal(outbox.entriesOf(7)[0].reason, "Too long.");
  assert.deepEqual(texts(), ["bad", "good"]);
});

test("the server's Retry-After is kept", async () => {
  outbox.add(7, "hello");
  await refuse(new ApiError(429, {}, 45));
  assert.equal(clock.next(), 45_000);
});

test("being signed out keeps the messages until the person is back", async () => {
  outbox.add(7, "hello");
  await refuse(new ApiError(401, {}, 0));
  assert.equal(signedOut, 1);
  outbox.stop();
  await clock.pass(600_000);
  assert.deepEqual(states(), ["hello: waiting"]);
  await outbox.start();
  await accept(1);
  assert.deepEqual(sent, [["hello", 1]]);
});

test("a message that a poll brought first is not sent again", async () => {
  outbox.add(7, "hello");
  await refuse(new NetworkError());
  outbox.discard("id-1");
  await clock.pass(60_000);
  assert.equal(sends.length, 1);
  assert.deepEqual(states(), []);
});

test("a new outbox goes on with what the storage kept", async () => {
  outbox.add(7, "hello");
  await refuse(new NetworkError());
  outbox.stop();
  outbox = newOutbox();
  await outbox.start();
  assert.equal(sends.at(-1).clientId, "id-1");
});

test("an answer carries what it answers over every attempt", async () => {
  outbox.add(7, "yes", 4);
  assert.equal(outbox.entriesOf(7)[0].replyTo, 4);
  assert.equal([...storage.entries.values()][0].replyTo, 4);
});
