import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Store } from "../../../frontend_static/core/store.js";
import { alice, answer, conversation, message, messages, page } from "./support/cast.js";

let store;

beforeEach(() => {
  store = new Store();
  store.applySync(target(), answer({ cursor: 10, conversations: [conversation({ last: 5 })] }));
  store.openLog(7, page(messages(1, 5)));
});

function target(rest = {}) {
  return { cursor: store.cursor, conversation: null, after: null, visible: true, mayWait: true, ...rest };
}

function poll(data) {
  const log = store.logs.get(7);
  return store.applySync(target({ conversation: 7, after: log.cursor }), answer(data));
}

function seqs() {
  return store.logs.get(7).messages().map(({ seq }) => seq);
}

test("an older answer changes nothing", () => {
  assert.equal(poll({ cursor: 9, after: 99, conversations: [conversation({ last: 99 })] }), false);
  assert.equal(store.cursor, 10);
  assert.equal(store.logs.get(7).cursor, 5);
  assert.equal(store.conversations.get(7).last_seq, 5);
});

test("new, edited and deleted messages come in one list", () => {
  poll({ cursor: 11, after: 8, messages: [
    message(2, { rev: 6, text: "edited" }),
    message(3, { rev: 7, text: "", deleted: true }),
    message(6, { rev: 8 }),
  ] });
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5, 6]);
  assert.equal(store.logs.get(7).bySeq.get(2).text, "edited");
  assert.equal(store.logs.get(7).bySeq.get(3).deleted, true);
});

test("a message is never replaced by an earlier state of itself", () => {
  store.mergeMessage(7, message(5, { rev: 9, text: "latest" }));
  poll({ cursor: 11, after: 8, messages: [message(5, { rev: 8, text: "earlier" })] });
  assert.equal(store.logs.get(7).bySeq.get(5).text, "latest");
});

test("the answer to a send moves no cursor, so what others wrote before it still arrives", () => {
  store.mergeMessage(7, message(7, { sender: alice }));
  assert.equal(store.logs.get(7).cursor, 5);
  assert.equal(store.logs.get(7).hasHole(), false);
  poll({ cursor: 12, after: 7, messages: [message(6), message(7, { sender: alice })] });
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(store.logs.get(7).hasHole(), false);
});

test("a hole in the numbers is noticed", () => {
  poll({ cursor: 12, after: 7, messages: [message(7)] });
  assert.equal(store.logs.get(7).hasHole(), true);
});

test("an answer that stops short of the conversation's last number is a hole", () => {
  poll({ cursor: 12, after: 8, messages: [message(6)], conversations: [conversation({ last: 8 })] });
  assert.equal(store.logs.get(7).hasHole(), true);
});

test("an answer with more to come is not judged yet", () => {
  poll({ cursor: 12, after: 6, messages: [message(6)], conversations: [conversation({ last: 8 })], has_more: true });
  assert.equal(store.logs.get(7).hasHole(), false);
});

test("an older page that does not fit is ignored", () => {
  store.openLog(7, page(messages(4, 5), { more: true }));
  store.logs.get(7).prepend(page(messages(1, 2)));
  assert.deepEqual(seqs(), [4, 5]);
});

test("what was read stays read when an earlier answer comes late", () => {
  store.applySync(target(), answer({ cursor: 11, conversations: [conversation({ last: 6, unread: 1 })] }));
  assert.equal(store.unreadTotal(), 1);
  store.markRead(7, 6);
  assert.equal(store.unreadTotal(), 0);
  store.applySync(target(), answer({ cursor: 12, conversations: [conversation({ last: 6, unread: 1 })] }));
  assert.equal(store.unreadTotal(), 0);
  store.applySync(target(), answer({ cursor: 13, conversations: [conversation({ last: 7, unread: 2 })] }));
  assert.equal(store.conversations.get(7).read_seq, 6);
  assert.equal(store.unreadTotal(), 2);
});

test("a conversation that the reader left is gone, with its messages", () => {
  store.applySync(target(), answer({ cursor: 11, left: [7] }));
  assert.equal(store.conversations.size, 0);
  assert.equal(store.logs.size, 0);
});

test("the newest activity comes first", () => {
  const later = { ...message(1), created_at: "2026-11-23T11:59:00Z" };
  store.applySync(target(), answer({ cursor: 11, conversations: [conversation({ id: 8, last: 1, last_message: later })] }));
  assert.deepEqual(store.conversationsInOrder().map(({ id }) => id), [8, 7]);
});

test("what waits in a request is not counted", () => {
  const store = new Store();
  store.putConversation({ ...conversation(), id: 1, unread: 2 });
  store.putConversation({ ...conversation(), id: 2, unread: 5, request: { by: { id: 9, name: "Eve" } } });
  assert.equal(store.unreadTotal(), 2);
});
