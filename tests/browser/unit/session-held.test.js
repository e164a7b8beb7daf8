import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { NetworkError } from "../../../frontend_static/core/api-error.js";
import { MemoryStorage } from "./support/memory-storage.js";
import { Session } from "../../../frontend_static/core/session.js";
import { alice, answer, bob, conversation, deferred, FakeClock, message, messages, page, reply, settled } from "./support/cast.js";

let clock;
let polls;
let reads;
let session;
let isVisible;
let isForgotten;
let said;

/** Alice looks at the conversation with Bob, which has five messages, and the server holds her poll. */
beforeEach(async () => {
  clock = new FakeClock();
  polls = [];
  reads = [];
  said = [];
  isVisible = true;
  isForgotten = false;
  const isPresent = () => isVisible && !isForgotten;
  const environment = { clock, random: () => 1, newId: () => "client-6", isVisible: () => isVisible, isPresent, isAttentive: isPresent };
  session = new Session({ api: server(), me: alice, storage: new MemoryStorage(), environment });
  session.on("connection", () => said.push({ ...session.connection }));
  session.start();
  await answerNow(answer({ cursor: 10, conversations: [7, 8].map((id) => conversation({ id, last: 5 })) }));
  session.open(7);
  await settled();
  assert.deepEqual([last().target.conversation, last().wait], [7, 25]);
});

function server() {
  return {
    sync(target, options) {
      polls.push({ ...deferred(), target, ...options });
      return last().promise;
    },
    newestMessages: async () => page(messages(1, 5)),
    read: async (id, seq) => {
      reads.push([id, seq]);
      return { read_seq: seq };
    },
    send: async (entry) => message(6, { sender: alice, text: entry.text, client_id: entry.clientId }),
  };
}

const last = () => polls.at(-1);

async function answerNow(data) {
  last().resolve(reply(data, { interval: 0.1 }));
  await settled();
}

/** A message of Bob's, the sixth. */
function news(cursor = 11) {
  return answer({ cursor, after: 6, messages: [message(6)], conversations: [conversation({ last: 6, unread: 1 })] });
}

function texts() {
  return session.log().messages().map(({ text }) => text);
}

test("news ends a held poll: it is shown, counted, and not taken for something that was missed", async () => {
  await clock.pass(15_000);
  let told = 0;
  session.on("conversations", () => (told += 1));
  await answerNow(news());
  assert.equal(texts().at(-1), "message 6");
  assert.equal(session.store.unreadTotal(), 1);
  assert.equal(session.opened.dividerSeq, null);
  session.seen(6);
  await settled();
  assert.deepEqual(reads, [[7, 6]]);
  assert.equal(session.store.unreadTotal(), 0);
  assert.equal(told, 2);
});

test("a poll that is held for long is no lost connection", async () => {
  said = [];
  await clock.pass(24_000);
  assert.deepEqual(said, []);
  assert.equal(session.connection.failures, 0);
});

test("a connection lost while the poll is held is said after the second failure, and its end at once", async () => {
  const { syncedAt } = session.connection;
  await clock.pass(9000);
  last().reject(new NetworkError());
  await settled();
  await clock.pass(1000);
  last().reject(new NetworkError());
  await settled();
  assert.deepEqual(said.at(-1), { failures: 2, syncedAt });
  await clock.pass(2000);
  assert.equal(last().wait, 0);
  await answerNow(answer({ cursor: 10, after: 5 }));
  assert.deepEqual(said.at(-1), { failures: 0, syncedAt: clock.now() });
});

test("a conversation that was open before is asked about at once, while the poll is held", async () => {
  const first = last();
  session.open(8);
  await settled();
  assert.equal(first.signal.aborted, true);
  const second = last();
  assert.equal(second.target.conversation, 8);
  session.open(7);
  assert.equal(second.signal.aborted, true);
  assert.deepEqual([last().target.conversation, last().target.after, last().wait], [7, 5, 25]);
  first.resolve(reply(news()));
  await settled();
  assert.equal(texts().length, 5);
  await answerNow(news());
  assert.equal(texts().length, 6);
});

test("on coming back to a conversation what came since is marked as new, and what comes later is not", async () => {
  session.open(8);
  await settled();
  const behind = conversation({ id: 7, last: 6, unread: 1 });
  await answerNow(answer({ cursor: 11, after: 5, conversations: [behind] }));
  session.open(7);
  await answerNow(answer({ cursor: 11, after: 6, messages: [message(6)] }));
  assert.equal(session.opened.dividerSeq, 6);
  session.open(8);
  await clock.pass(10_000);
  await answerNow(answer({ cursor: 12, after: 6, messages: [message(6)], conversations: [conversation({ id: 8, last: 6, unread: 1 })] }));
  assert.equal(session.opened.dividerSeq, null);
});

test("what arrives after a return is not taken for something that was missed", async () => {
  isVisible = false;
  session.turnedAway();
  assert.deepEqual([last().target.visible, last().wait], [false, 0]);
  last().resolve(reply(null, { interval: 30 }));
  await clock.pass(5000);
  isVisible = true;
  session.wake();
  assert.deepEqual([last().target.visible, last().wait], [true, 0]);
  await answerNow(null);
  await clock.pass(100);
  session.wake();
  assert.equal(last().wait, 25);
  await clock.pass(10_000);
  await answerNow(news());
  assert.equal(session.opened.dividerSeq, null);
});

test("what arrived while nobody looked is marked as new on return", async () => {
  isVisible = false;
  session.turnedAway();
  last().resolve(reply(null, { interval: 30 }));
  await clock.pass(5000);
  isVisible = true;
  session.wake();
  await answerNow(news());
  assert.equal(session.opened.dividerSeq, 6);
});

test("a forgotten page says so, still hears at once, and marks what came as new", async () => {
  await clock.pass(5000);
  isForgotten = true;
  session.turnedAway();
  assert.deepEqual([last().target.visible, last().wait], [false, 25]);
  await answerNow(news());
  assert.equal(texts().at(-1), "message 6");
  assert.equal(session.opened.dividerSeq, 6);
  isForgotten = false;
  session.wake();
  assert.equal(last().target.visible, true);
});

test("a window that loses the focus keeps its held poll", async () => {
  const { length } = polls;
  await clock.pass(5000);
  session.turnedAway();
  assert.equal(polls.length, length);
  assert.equal(last().signal.aborted, false);
});

test("a message of mine leaves the held poll alone, which brings it too", async () => {
  const { length } = polls;
  session.send("hello");
  await settled();
  assert.equal(texts().at(-1), "hello");
  assert.equal(polls.length, length);
  await answerNow(answer({ cursor: 11, after: 6, messages: [message(6, { sender: alice, text: "hello" })] }));
  assert.deepEqual(texts().filter((text) => text === "hello"), ["hello"]);
});

test("an unchanged answer says that they still type", async () => {
  await answerNow(answer({ cursor: 10, after: 5, typing: [bob] }));
  await clock.pass(100);
  assert.equal(last().wait, 4);
  await clock.pass(4000);
  await answerNow(null);
  await clock.pass(4000);
  assert.deepEqual(session.typingPeople.in(7), [bob]);
  await answerNow(answer({ cursor: 10, after: 5 }));
  assert.deepEqual(session.typingPeople.in(7), []);
});

test("typing ends by itself while a poll is held, and with a lost connection", async () => {
  let told = 0;
  session.on("typing", () => (told += 1));
  await answerNow(answer({ cursor: 10, after: 5, typing: [bob] }));
  await clock.pass(5999);
  assert.deepEqual(session.typingPeople.in(7), [bob]);
  await clock.pass(1);
  assert.deepEqual(session.typingPeople.in(7), []);
  assert.equal(told, 2);
  await answerNow(answer({ cursor: 10, after: 5, typing: [bob] }));
  await clock.pass(100);
  last().reject(new NetworkError());
  await settled();
  assert.deepEqual(session.typingPeople.in(7), []);
});
