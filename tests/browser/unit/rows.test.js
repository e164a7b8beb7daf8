import assert from "node:assert/strict";
import { test } from "node:test";
import { buildRows } from "../../../frontend_static/core/rows.js";
import { TimeFormat } from "../../../frontend_static/core/time.js";
import { alice, bob, carol, conversation, message } from "./support/cast.js";

const time = new TimeFormat({ locale: "en-GB", timeZone: "UTC" });
const now = Date.parse("2026-11-23T12:00:00Z");

function rows(messages, rest = {}) {
  return buildRows({ conversation: conversation(), messages, entries: [], me: alice, dividerSeq: null, time, now, ...rest });
}

const isFolded = () => false;
const shape = (list) => list.map((row) => (row.type === "message" ? row.text : row.type));

test("each day begins with a separator", () => {
  const list = rows([message(1, { created_at: "2026-11-22T11:00:00Z" }), message(2), message(3)]);
  assert.deepEqual(shape(list), ["day", "message 1", "day", "message 2", "message 3"]);
  assert.deepEqual([list[0].label, list[2].label], ["Yesterday", "Today"]);
});

test("the line stands above the first unread message and breaks its group", () => {
  const list = rows([message(1), message(2), message(3)], { dividerSeq: 2 });
  assert.deepEqual(shape(list), ["day", "message 1", "unread", "message 2", "message 3"]);
  assert.deepEqual(list.filter(({ type }) => type === "message").map(({ first, last }) => [first, last]), [
    [true, true],
    [true, false],
    [false, true],
  ]);
});

test("the line is not drawn where it is not known what comes before, nor above a message of mine", () => {
  const list = [message(5, { sender: alice }), message(6)];
  assert.deepEqual(shape(rows(list, { dividerSeq: 5 })), ["day", "message 5", "unread", "message 6"]);
  assert.deepEqual(shape(rows(list, { dividerSeq: 4 })), ["day", "message 5", "message 6"]);
});

test("messages of one person within five minutes are one group", () => {
  const list = rows([message(1), message(2), message(3, { sender: carol }), message(20, { sender: carol })]);
  assert.deepEqual(list.slice(1).map(({ first }) => first), [true, false, true, true]);
});

test("a message of mine keeps its key when the server's answer replaces the local one", () => {
  const entry = { clientId: "client-4", conversation: 7, text: "hi", replyTo: null, createdAt: "2026-11-23T11:04:00Z", state: "sending", reason: "" };
  const [, local] = rows([], { entries: [entry] });
  const both = rows([message(4, { sender: alice, text: "hi" })], { entries: [entry] });
  assert.equal(local.entry.state, "sending");
  assert.equal(both.length, 2);
  assert.equal(both[1].key, local.key);
  assert.equal(both[1].entry, null);
});

test("only the last message of mine says whether it was read", () => {
  const direct = conversation({ participants: [{ ...alice, read_seq: 3 }, { ...bob, read_seq: 2 }] });
  const mine = [message(1, { sender: alice }), message(2, { sender: alice }), message(3)];
  assert.deepEqual(rows(mine, { conversation: direct }).slice(1).map(({ receipt }) => receipt), ["", "Read", ""]);
});

test("in a group the readers are counted", () => {
  const reads = (...seqs) => conversation({
    kind: "group",
    participants: [alice, bob, carol].map((person, index) => ({ ...person, read_seq: seqs[index] })),
  });
  const receipt = (...seqs) => rows([message(5, { sender: alice })], { conversation: reads(...seqs) })[1].receipt;
  assert.equal(receipt(5, 4, 4), "Sent");
  assert.equal(receipt(5, 5, 4), "Read by 1");
  assert.equal(receipt(5, 5, 9), "Read by everyone");
});

test("a reply shows whom it answers, and at most the first characters of what they wrote", () => {
  const changes = { shown: (_, each) => each, quoted: (_, seq) => message(seq, { text: "x".repeat(1000) }), isFolded };
  const [, , row] = rows([message(1), message(2, { reply_to: 1 })], { changes });
  assert.deepEqual(row.quote, { seq: 1, sender: { id: bob.id, name: bob.name }, text: "x".repeat(240), deleted: false });
});

test("a quote that is not there yet, or deleted, is nobody's words", () => {
  const quote = (quoted) => rows([message(2, { reply_to: 1 })], { changes: { shown: (_, each) => each, quoted: () => quoted, isFolded } })[1].quote;
  assert.deepEqual(quote(null), { seq: 1, sender: null, text: "", deleted: false });
  assert.deepEqual(quote(message(1, { text: "", deleted: true })), { seq: 1, sender: { id: bob.id, name: bob.name }, text: "", deleted: true });
});

test("reactions tell who, me first, and know those who have left by number only", () => {
  const reactions = [{ emoji: "👍", users: [bob.id, alice.id, 99] }, { emoji: "🎉", users: [bob.id] }];
  const [, row] = rows([message(1, { reactions })]);
  assert.deepEqual(row.reactions, [
    { emoji: "👍", count: 3, own: true, names: "You, Bob, and 1 other" },
    { emoji: "🎉", count: 1, own: false, names: "Bob" },
  ]);
});

test("what the server does not have yet is shown", () => {
  const changes = { shown: (_, each) => ({ ...each, text: "", deleted: true }), quoted: () => null, isFolded };
  const [, row] = rows([message(1, { reply_to: 5 })], { changes });
  assert.deepEqual([row.deleted, row.text, row.quote], [true, "", null]);
});

test("a message of somebody who is blocked is folded, with its reactions and where it is quoted", () => {
  const ofBob = (_, { sender }) => sender.id === bob.id;
  const changes = { shown: (_, each) => each, quoted: (_, seq) => message(seq), isFolded: ofBob };
  const reactions = [{ emoji: "👍", users: [alice.id] }];
  const list = rows([message(1, { reactions, reply_to: 1 }), message(2, { sender: carol, reply_to: 1 })], { changes });
  assert.deepEqual([list[1].folded, list[1].reactions, list[1].quote], [true, [], null]);
  assert.equal(list[2].folded, false);
  assert.equal(list[2].quote.text, "Message of somebody you block.");
});

test("a deleted message is not folded", () => {
  const changes = { shown: (_, each) => each, quoted: () => null, isFolded: () => true };
  assert.equal(rows([message(1, { text: "", deleted: true })], { changes })[1].folded, false);
});
