import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { readSnapshot, takeSnapshot } from "../../../frontend_static/core/snapshot.js";
import { SnapshotKeeper } from "../../../frontend_static/core/snapshot-keeper.js";
import { Emitter } from "../../../frontend_static/core/emitter.js";
import { Store } from "../../../frontend_static/core/store.js";
import { alice, answer, conversation, FakeClock, message, messages, page } from "./support/cast.js";

let store;

beforeEach(() => {
  store = new Store();
  store.applySync({ conversation: null }, answer({ cursor: 10, conversations: [conversation({ last: 5 })] }));
  store.openLog(7, page(messages(1, 5)));
});

const target = { cursor: 10, conversation: 7, after: 5 };
const again = () => readSnapshot(takeSnapshot(store, 1000));
const seqs = (log) => log.messages().map(({ seq }) => seq);

test("a page begins where another one ended", () => {
  const { store: other, syncedAt } = again();
  assert.equal(syncedAt, 1000);
  assert.equal(other.cursor, 10);
  assert.deepEqual([...other.conversations], [...store.conversations]);
  assert.deepEqual(other.logs.get(7).messages(), store.logs.get(7).messages());
  assert.equal(other.logs.get(7).cursor, 5);
  assert.equal(other.logs.get(7).hasHole(), false);
});

test("what came meanwhile fits on, and a hole is still found", () => {
  const whole = again().store;
  whole.applySync(target, answer({ cursor: 12, after: 7, messages: messages(6, 7) }));
  assert.equal(whole.logs.get(7).hasHole(), false);
  const broken = again().store;
  broken.applySync(target, answer({ cursor: 12, after: 7, messages: [message(7)] }));
  assert.equal(broken.logs.get(7).hasHole(), true);
});

test("the ends of ten logs are kept, and that there is more before them", () => {
  const conversations = Array.from({ length: 12 }, (_, index) => conversation({ id: index + 1, last: 130 }));
  store.applySync({ conversation: null }, answer({ cursor: 11, conversations }));
  for (const { id } of conversations) store.openLog(id, page(messages(1, 130)));
  const { logs } = again().store;
  assert.equal(logs.size, 10);
  assert.deepEqual([logs.has(12), logs.has(1)], [true, false]);
  assert.deepEqual([logs.get(12).firstSeq, logs.get(12).messages().length, logs.get(12).hasOlder], [31, 100, true]);
});

test("the two hundred conversations with the newest activity are kept", () => {
  const at = (number) => `2026-11-24T10:${String(Math.floor(number / 60)).padStart(2, "0")}:${String(number % 60).padStart(2, "0")}Z`;
  const many = Array.from({ length: 250 }, (_, index) => conversation({ id: 100 + index, updated_at: at(index) }));
  store.applySync({ conversation: null }, answer({ cursor: 11, conversations: many }));
  const { conversations } = again().store;
  assert.equal(conversations.size, 200);
  assert.equal(conversations.has(349), true);
  assert.equal(conversations.has(100), false);
});

test("what would be too large is kept with fewer logs, and all of the list", () => {
  const long = messages(1, 100).map((each) => ({ ...each, text: "o".repeat(9000) }));
  store.applySync({ conversation: null }, answer({ cursor: 11, conversations: [8, 9].map((id) => conversation({ id, last: 100 })) }));
  for (const id of [7, 8, 9]) store.openLog(id, page(long));
  const { logs, conversations } = again().store;
  assert.deepEqual([...logs.keys()], [8, 9]);
  assert.equal(conversations.size, 3);
});

test("a log with a hole, and a message beyond one, are not kept", () => {
  store.mergeMessage(7, message(8, { sender: alice }));
  assert.deepEqual(seqs(again().store.logs.get(7)), [1, 2, 3, 4, 5]);
  store.logs.get(7).confirm(8);
  assert.equal(again().store.logs.has(7), false);
});

test("a window in the past is not kept: it has no end that news could follow", () => {
  store.logs.get(7).dropNewest(3);
  assert.equal(again().store.logs.has(7), false);
});

test("a log of which a part of the news has come is not kept: what lies beyond the gap would never come again", () => {
  const some = answer({ cursor: 9, after: 9, messages: [message(8, { rev: 9 })], has_more: true });
  store.applySync(target, { ...some, cursor: 11 });
  assert.equal(again().store.logs.has(7), false);
  const rest = [message(6, { rev: 10 }), message(7, { rev: 11 })];
  store.applySync({ cursor: 11, conversation: 7, after: 9 }, answer({ cursor: 12, after: 11, messages: rest }));
  assert.deepEqual(seqs(again().store.logs.get(7)), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("there is nothing to keep before the server has spoken", () => {
  assert.equal(takeSnapshot(new Store(), 1000), null);
  assert.equal(takeSnapshot(store, null), null);
});

test("what is broken, or of another shape, is thrown away", () => {
  const good = JSON.parse(takeSnapshot(store, 1000));
  const bad = [
    { ...good, shape: 0 },
    { ...good, cursor: "10" },
    { ...good, syncedAt: null },
    { ...good, conversations: [{}] },
    { ...good, conversations: {} },
    { ...good, logs: [[7, {}]] },
    { ...good, logs: [[7, { ...good.logs[0][1], messages: [message(1), message(3)] }]] },
    { ...good, logs: [[7, { ...good.logs[0][1], messages: [{ seq: 1 }] }]] },
    { ...good, logs: [null] },
  ];
  for (const each of bad) assert.equal(readSnapshot(JSON.stringify(each)), null, JSON.stringify(each).slice(0, 80));
  for (const text of ["", "null", "7", "not JSON", undefined]) assert.equal(readSnapshot(text), null);
  assert.ok(readSnapshot(JSON.stringify(good)));
});

test("it is written once for many changes, at once when the page may go, and no more after the person was signed out", async () => {
  const clock = new FakeClock();
  const session = Object.assign(new Emitter(), { store, connection: { syncedAt: 1000 } });
  const written = [];
  const keeper = new SnapshotKeeper({ session, save: (text) => written.push(text), clock });
  session.emit("messages");
  await clock.pass(5000);
  assert.equal(written.length, 0);
  keeper.start();
  session.emit("messages");
  session.emit("conversations");
  await clock.pass(1000);
  assert.equal(written.length, 1);
  session.emit("messages");
  await clock.pass(1000);
  assert.equal(written.length, 1, "the same is not written again");
  store.applySync(target, answer({ cursor: 11, after: 6, messages: [message(6)] }));
  session.emit("messages");
  keeper.save();
  keeper.save();
  assert.equal(written.length, 2);
  session.emit("messages");
  keeper.stop();
  session.emit("messages");
  keeper.save();
  await clock.pass(5000);
  assert.equal(written.length, 2);
});
