import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError, NetworkError } from "../../../frontend_static/core/api-error.js";
import { MessageWrites } from "../../../frontend_static/core/message-writes.js";
import { MemoryStorage } from "./support/memory-storage.js";
import { Session } from "../../../frontend_static/core/session.js";
import { alice, answer, conversation, FakeClock, message, messages, page, reply, settled } from "./support/cast.js";

let clock;
let server;
let session;
let writes;
let attentive;

beforeEach(async () => {
  clock = new FakeClock();
  attentive = true;
  server = {
    calls: [],
    next: [reply(answer({ cursor: 10, conversations: [conversation({ last: 5, unread: 2 })] }))],
    pages: [page(messages(1, 5))],
    sync: async (target) => {
      server.calls.push(["sync", target]);
      const given = server.next.shift() ?? reply(null);
      if (given instanceof Error) throw given;
      return given;
    },
    newestMessages: async (id, limit) => {
      server.calls.push(["newest", id, limit]);
      const given = server.pages.shift();
      if (given instanceof Error) throw given;
      return given;
    },
    conversation: async (id) => {
      server.calls.push(["conversation", id]);
      return conversation({ id, last: 5 });
    },
    send: async (entry) => message(6, { sender: alice, text: entry.text, client_id: entry.clientId }),
    read: async (id, seq) => {
      server.calls.push(["read", id, seq]);
      return { read_seq: seq };
    },
    markUnread: async (id, seq) => {
      server.calls.push(["unread", id, seq]);
      return { read_seq: seq - 1, unread: 5 - seq + 1 };
    },
    react: async (id, seq, emoji) => message(seq, { rev: 20, reactions: [{ emoji, users: [alice.id] }] }),
    remove: async (id, seq) => message(seq, { rev: 21, sender: alice, text: "", deleted: true }),
    typing: async (id) => server.calls.push(["typing", id]),
    logout: async () => {},
  };
  const environment = {
    clock,
    random: () => 1,
    newId: () => "client-6",
    isVisible: () => attentive,
    isPresent: () => attentive,
    isAttentive: () => attentive,
  };
  session = new Session({ api: server, me: alice, storage: new MemoryStorage(), environment });
  writes = new MessageWrites(session);
  session.start();
  await settled();
});

const called = (name) => server.calls.filter(([each]) => each === name);

async function open() {
  session.open(7);
  await settled();
}

test("an opened conversation is loaded, and polls follow it from the page's cursor", async () => {
  await open();
  assert.equal(session.opened.status, "ready");
  assert.deepEqual(called("sync").at(-1)[1], { cursor: 10, conversation: 7, after: 5, visible: true, mayWait: true });
});

test("the line stands at the first unread message and stays there", async () => {
  await open();
  assert.equal(session.opened.dividerSeq, 4);
  server.next.push(reply(answer({ cursor: 11, after: 6, messages: [message(6)] })));
  await clock.pass(2000);
  assert.equal(session.opened.dividerSeq, 4);
});

test("what arrives while nobody looks gets the line on return", async () => {
  await open();
  session.seen(5);
  await settled();
  attentive = false;
  session.turnedAway();
  await settled();
  server.next.push(reply(answer({ cursor: 11, after: 6, messages: [message(6)] })));
  await clock.pass(2000);
  assert.equal(session.opened.dividerSeq, 6);
});

test("reading is told once, and only forward", async () => {
  await open();
  session.seen(4);
  session.seen(4);
  session.seen(3);
  await settled();
  assert.deepEqual(called("read"), [["read", 7, 4]]);
});

test("a read position that did not arrive is told again after a pause, however often it is seen", async () => {
  await open();
  const { read } = server;
  server.read = async (...call) => {
    await read(...call);
    throw new NetworkError();
  };
  session.seen(5);
  await settled();
  session.seen(5);
  await settled();
  assert.equal(called("read").length, 1);
  server.read = read;
  await clock.pass(1000);
  assert.equal(called("read").length, 2);
  assert.equal(session.conversation().unread, 0);
});

test("a message of mine is never new to me", async () => {
  server.pages = [page([...messages(1, 3), message(4, { sender: alice }), message(5)])];
  await open();
  assert.equal(session.opened.dividerSeq, 5);
});

test("a message that was sent is on the page once", async () => {
  await open();
  session.send("hello");
  assert.equal(session.outbox.entriesOf(7).length, 1);
  await settled();
  assert.equal(session.outbox.entriesOf(7).length, 0);
  assert.equal(session.log().messages().at(-1).text, "hello");
});

test("what could not be sent leaves as soon as a poll has found the server again", async () => {
  await open();
  const { send } = server;
  server.next = Array.from({ length: 17 }, () => new NetworkError());
  server.send = async () => Promise.reject(new NetworkError());
  session.send("hello");
  for (let second = 0; second < 7; second += 0.2) await clock.pass(200);
  server.send = send;
  assert.equal(session.outbox.entriesOf(7)[0].state, "waiting"); // since the sixth second, until the fourteenth
  for (let second = 7; second < 11; second += 0.2) await clock.pass(200);
  assert.equal(session.connection.failures, 0);
  assert.equal(session.outbox.entriesOf(7).length, 0);
});

test("a hole in the numbers makes the conversation load anew, and is admitted", async () => {
  await open();
  server.pages.push(page(messages(1, 8)));
  server.next.push(reply(answer({ cursor: 12, after: 8, messages: [message(8)] })));
  await clock.pass(2000);
  assert.equal(session.log().hasHole(), false);
  assert.equal(session.log().messages().length, 8);
  assert.match(session.opened.notice, /loaded again/);
});

test("a part of the news is in the order of changes: what it leaves out is no hole, and comes next", async () => {
  await open();
  server.pages.push(page(messages(1, 7)));
  server.next.push(
    reply(answer({ cursor: 12, after: 8, messages: [message(7, { rev: 8 })], has_more: true })),
    reply(answer({ cursor: 13, after: 9, messages: [message(6, { rev: 9 })] })),
  );
  await clock.pass(2000);
  await clock.pass(0);
  assert.deepEqual(session.log().messages().map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(session.opened.notice, "");
});

test("a page that fails to load is tried again", async () => {
  server.pages = [new NetworkError(), page(messages(1, 5))];
  await open();
  assert.equal(session.opened.status, "failed");
  await clock.pass(1000);
  assert.equal(session.opened.status, "ready");
});

test("a conversation that is not the reader's is missing", async () => {
  server.pages = [new ApiError(404, { code: "not_found" }, 0)];
  await open();
  assert.equal(session.opened.status, "missing");
});

test("after a restored backup everything starts afresh", async () => {
  await open();
  server.next = [
    new ApiError(409, { code: "cursor_ahead" }, 0),
    reply(answer({ cursor: 2, conversations: [conversation({ last: 1 })] })),
  ];
  server.pages = [page(messages(1, 1))];
  await clock.pass(2000);
  await clock.pass(2000);
  assert.equal(session.store.cursor, 2);
  assert.equal(session.log().messages().length, 1);
});

test("a session that ended keeps what was written, and goes on after signing in", async () => {
  await open();
  let signedOut = 0;
  session.on("signed-out", () => (signedOut += 1));
  const { send } = server;
  server.send = async () => {
    throw new ApiError(401, { code: "not_authenticated" }, 0);
  };
  session.send("hello");
  await settled();
  assert.equal(signedOut, 1);
  const polls = called("sync").length;
  await clock.pass(60_000);
  assert.equal(called("sync").length, polls);
  server.send = send;
  session.start();
  await settled();
  assert.equal(session.log().messages().at(-1).text, "hello");
});

test("news are what the server says: an answer to a poll, and to a send, but not that nothing is new", async () => {
  let news = 0;
  session.on("news", () => (news += 1));
  await open();
  await clock.pass(2000);
  assert.equal(news, 0);
  session.send("hello");
  await settled();
  assert.equal(news, 1);
  server.next.push(reply(answer({ cursor: 11, after: 6, messages: [message(6)] })));
  await clock.pass(2000);
  assert.equal(news, 2);
});

test("what a conversation tells of can change while all else of it stays", async () => {
  const before = session.store.conversations.get(7);
  session.notificationsChanged(7, { level: "none", muted_until: null });
  session.notificationsChanged(8, { level: "none", muted_until: null });
  assert.deepEqual(session.store.conversations.get(7), { ...before, notifications: { level: "none", muted_until: null } });
  assert.equal(session.store.conversations.has(8), false);
});

test("typing is told at most every three seconds", async () => {
  await open();
  session.typed();
  await clock.pass(2000);
  session.typed();
  assert.equal(called("typing").length, 1);
  await clock.pass(1000);
  session.typed();
  assert.equal(called("typing").length, 2);
});

test("failing polls are counted, and the time of the last answer is kept", async () => {
  const { syncedAt } = session.connection;
  server.next = [new NetworkError(), new NetworkError()];
  await clock.pass(0);
  await clock.pass(400);
  assert.deepEqual(session.connection, { failures: 2, syncedAt });
});

test("what is marked unread stays so while it is looked at, and is read when its person comes back", async () => {
  await open();
  session.seen(5);
  await settled();
  await writes.markUnread(7, 4);
  assert.equal(session.conversation().unread, 2);
  assert.equal(session.opened.dividerSeq, 4);
  session.seen(5);
  await settled();
  assert.equal(called("read").length, 1);
  session.turnedAway();
  session.seen(5);
  await settled();
  assert.deepEqual(called("read").at(-1), ["read", 7, 5]);
  assert.equal(session.conversation().unread, 0);
});

test("what is under way when it is marked unread comes first", async () => {
  await open();
  let arrived;
  server.read = () => new Promise((resolve) => (arrived = () => resolve({ read_seq: 5 })));
  session.seen(5);
  const marked = writes.markUnread(7, 4);
  await settled();
  assert.equal(called("unread").length, 0);
  arrived();
  await marked;
  assert.equal(session.conversation().read_seq, 3);
});

test("what was marked unread elsewhere can be read again here", async () => {
  await open();
  session.seen(5);
  await settled();
  server.next.push(reply(answer({ cursor: 11, conversations: [conversation({ last: 5 })] })));
  await clock.pass(2000);
  server.next.push(reply(answer({ cursor: 12, conversations: [conversation({ last: 5, unread: 2 })] })));
  await clock.pass(2000);
  assert.equal(session.conversation().unread, 2);
  session.seen(5);
  await settled();
  assert.deepEqual(called("read"), [["read", 7, 5], ["read", 7, 5]]);
});

test("if marking unread fails, reading goes on", async () => {
  await open();
  server.markUnread = async () => {
    throw new NetworkError();
  };
  await assert.rejects(writes.markUnread(7, 4));
  session.seen(5);
  await settled();
  assert.equal(called("read").length, 1);
});

test("a deleted message is gone at once, and from the server after the time to take it back", async () => {
  await open();
  writes.deletions.add(7, 5);
  await writes.reactions.toggle(7, session.log().bySeq.get(5), "👍");
  const { deleted, reactions } = session.changes.shown(7, session.log().bySeq.get(5));
  assert.deepEqual([deleted, reactions], [true, []]);
  assert.equal(session.log().bySeq.get(5).deleted, false);
  await clock.pass(6000);
  assert.equal(session.log().bySeq.get(5).deleted, true);
});

test("a reaction that the server has is in the log", async () => {
  await open();
  await writes.reactions.toggle(7, session.log().bySeq.get(4), "👍");
  assert.deepEqual(session.log().bySeq.get(4).reactions, [{ emoji: "👍", users: [alice.id] }]);
});
