import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { NetworkError } from "../../../frontend_static/core/api-error.js";
import { MemoryStorage } from "./support/memory-storage.js";
import { Session } from "../../../frontend_static/core/session.js";
import { alice, answer, conversation, FakeClock, reply, settled } from "./support/cast.js";
import { ServerLog } from "./support/server-log.js";

const LAST = 1000;
let clock;
let log;
let session;
let unread;
let faults;
let asked;
let given;

beforeEach(() => {
  clock = new FakeClock();
  log = new ServerLog();
  log.write(LAST);
  unread = 0;
  faults = [];
  asked = [];
  given = 0;
});

const known = () => conversation({ last: log.lastSeq, rev: log.rev, unread, last_message: log.message(log.lastSeq) });

/** News of the server's log since the last time, as a poll tells it. */
async function sync(target) {
  if (given === log.rev) return reply(null);
  given = log.rev;
  const part = target.after === null ? { messages: [], cursor: null } : log.after(target.after, 200);
  return reply(answer({ cursor: 10 + log.rev, conversations: [known()], messages: part.messages, after: part.cursor }));
}

async function ask(page, ...question) {
  asked.push(question);
  if (faults.length > 0) throw faults.shift();
  return page();
}

async function start(seq = null) {
  const api = {
    sync,
    newestMessages: (id, limit) => ask(() => log.newest(limit), "newest", limit),
    olderMessages: (id, before, limit) => ask(() => log.before(before, limit), "before", before),
    newerMessages: (id, from, limit) => ask(() => log.from(from, limit), "from", from),
    conversation: async () => known(),
    read: async (id, read_seq) => ({ read_seq }),
  };
  const yes = () => true;
  const environment = { clock, random: () => 1, newId: () => "client", isVisible: yes, isPresent: yes, isAttentive: yes };
  session = new Session({ api, me: alice, storage: new MemoryStorage(), environment });
  session.start();
  await settled();
  session.open(7, seq);
  await settled();
}

const range = () => [session.log().firstSeq, session.log().lastSeq];

test("a conversation opens at its end", async () => {
  await start();
  assert.deepEqual(range(), [951, 1000]);
  assert.equal(session.opened.place, null);
});

test("with more unread messages than a page it opens at the first of them", async () => {
  unread = 600;
  await start();
  assert.deepEqual(asked.sort(), [["before", 401], ["from", 401]]);
  assert.deepEqual(range(), [351, 500]);
  assert.equal(session.opened.dividerSeq, 401);
});

test("a link opens around its message, and the page waits to show it", async () => {
  await start(300);
  assert.deepEqual(range(), [250, 399]);
  assert.equal(session.opened.place, 300);
  assert.equal(session.opened.notice, "");
  session.arrived();
  assert.equal(session.opened.place, null);
});

test("a link to a message that is there already loads nothing", async () => {
  await start();
  asked = [];
  session.open(7, 960);
  await settled();
  assert.deepEqual([asked, session.opened.place], [[], 960]);
});

test("a link to a message that does not exist leads to the nearest, and says so", async () => {
  await start(5000);
  assert.equal(session.opened.place, 1000);
  assert.match(session.opened.notice, /nearest/);
  session.open(7, 0);
  await settled();
  assert.equal(session.opened.place, 1);
  assert.match(session.opened.notice, /nearest/);
  session.open(7, 500);
  await settled();
  assert.equal(session.opened.notice, "");
});

test("of two links the one that was followed last counts, whichever page comes first", async () => {
  await start();
  session.goTo(100);
  session.goTo(600);
  await settled();
  assert.deepEqual(range(), [550, 699]);
});

test("in the past what is new makes no hole, and the end is found again", async () => {
  await start(300);
  log.write(5);
  unread = 5;
  await clock.pass(2000);
  assert.deepEqual(range(), [250, 399]);
  assert.equal(session.log().hasHole(), false);
  assert.equal(session.log().cursor, log.rev);
  assert.equal(session.conversation().unread, 5);
  session.goTo("end");
  await settled();
  assert.equal(session.log().hasNewer, false);
  assert.equal(session.log().lastSeq, 1005);
});

test("down from the past the pages join, up to the end", async () => {
  await start(700);
  while (session.log().hasNewer) {
    session.log().anchor = session.log().lastSeq;
    session.loadNewer();
    await settled();
  }
  assert.deepEqual(range(), [701, 1000]);
  session.log().anchor = null;
  log.write(1);
  await clock.pass(2000);
  assert.deepEqual(range(), [702, 1001]);
});

test("the line stays where it was when the conversation was opened", async () => {
  unread = 10;
  await start();
  assert.equal(session.opened.dividerSeq, 991);
  session.goTo(200);
  await settled();
  session.goTo("end");
  await settled();
  assert.equal(session.opened.dividerSeq, 991);
});

for (const seq of [900, 100]) {
  test(`with a link to a message far from the line the line is known all the same (${seq})`, async () => {
    unread = 500;
    await start(seq);
    assert.equal(session.opened.dividerSeq, 501);
  });
}

test("a page that does not come is asked for when the person wants it", async () => {
  await start();
  faults = [new NetworkError()];
  session.loadOlder();
  await settled();
  assert.equal(session.opened.older, "failed");
  session.loadOlder();
  await settled();
  assert.deepEqual([session.opened.older, ...range()], ["idle", 851, 1000]);
});

test("what is shown stays while a link cannot be followed, and it is tried again", async () => {
  await start();
  faults = [new NetworkError(), new NetworkError()];
  session.goTo(300);
  await settled();
  assert.deepEqual([session.opened.status, ...range()], ["failed", 951, 1000]);
  await clock.pass(2000);
  assert.deepEqual([session.opened.status, ...range()], ["ready", 250, 399]);
});

test("a conversation that was left in the past opens at its end", async () => {
  await start(300);
  session.open(null);
  session.open(7);
  await settled();
  assert.deepEqual(range(), [951, 1000]);
});

test("a page that leaves the screen at the end of a long conversation paints less of it", async () => {
  await start();
  session.loadOlder();
  await settled();
  assert.deepEqual(range(), [851, 1000]);
  let painted = null;
  session.on("messages", () => (painted = range()));
  session.rest();
  assert.deepEqual(painted, [901, 1000]);
});
