import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { MessageLog, WINDOW } from "../../../frontend_static/core/message-log.js";
import { deferred, settled } from "./support/cast.js";
import { ServerLog } from "./support/server-log.js";

let server;

beforeEach(() => {
  server = new ServerLog();
  server.write(1000);
});

const range = (log) => [log.firstSeq, log.lastSeq];

/** All that the window is held to: as in the server's log, without a hole, bounded, and honest about what is beyond. */
function check(log) {
  assert.equal(log.hasHole(), false, "a hole");
  // Beyond it only what this browser did itself, before a poll told of it.
  const held = log.messages().filter(({ seq }) => seq <= log.lastSeq);
  assert.deepEqual(held.map(({ seq }) => seq), server.seqs(log.firstSeq, log.lastSeq));
  assert.ok(held.length <= WINDOW, `${held.length} messages are held`);
  assert.equal(log.hasOlder, log.firstSeq > 1);
  if (!log.hasNewer) assert.equal(log.lastSeq, log.newestSeq);
}

/** Up to the cursor nothing is missing, and nothing is older than it says. */
function checkTexts(log) {
  check(log);
  for (const message of log.messages()) assert.deepEqual(message, server.message(message.seq));
}

function catchUp(log) {
  for (let more = true; more; ) more = server.deltaFor(log).has_more;
}

test("the newest page is at the end", () => {
  const log = new MessageLog(server.newest(50));
  assert.deepEqual(range(log), [951, 1000]);
  assert.deepEqual([log.hasOlder, log.hasNewer], [true, false]);
});

test("scrolling up drops what is farthest down, and down again brings it back", () => {
  const log = new MessageLog(server.newest(100));
  for (let page = 0; page < 4; page += 1) {
    log.anchor = log.firstSeq;
    log.prepend(server.before(log.firstSeq, 100));
  }
  assert.deepEqual(range(log), [501, 800]);
  assert.equal(log.hasNewer, true);
  for (let page = 0; page < 2; page += 1) {
    log.anchor = log.lastSeq;
    log.append(server.from(log.lastSeq + 1, 100));
  }
  assert.deepEqual(range(log), [701, 1000]);
  assert.equal(log.hasNewer, false);
  checkTexts(log);
});

test("a page that is left at the end keeps the end, and what was above comes again", () => {
  const log = new MessageLog(server.newest(100));
  log.prepend(server.before(log.firstSeq, 100));
  log.rest();
  assert.deepEqual([...range(log), log.hasOlder], [901, 1000, true]);
  log.prepend(server.before(log.firstSeq, 100));
  assert.deepEqual(range(log), [801, 1000]);
  checkTexts(log);
});

test("a page that is left further up keeps what it holds", () => {
  const log = new MessageLog(server.newest(100));
  log.prepend(server.before(log.firstSeq, 100));
  log.anchor = 850;
  log.rest();
  assert.deepEqual(range(log), [801, 1000]);
});

test("in the past new messages are counted and not held, and the cursor goes on", () => {
  const log = new MessageLog(server.before(400, 50), server.from(400, 50));
  assert.deepEqual(range(log), [350, 449]);
  server.write(3);
  server.edit(360);
  catchUp(log);
  assert.deepEqual(range(log), [350, 449]);
  assert.deepEqual([log.cursor, log.newestSeq], [server.rev, 1003]);
  checkTexts(log);
});

test("who is at the end stays there: the oldest go", () => {
  const log = new MessageLog(server.newest(200));
  server.write(150);
  catchUp(log);
  assert.deepEqual(range(log), [851, 1150]);
  assert.equal(log.hasOlder, true);
});

test("who reads far up keeps their place: the newest go, and the window is in the past", () => {
  const log = new MessageLog(server.newest(200));
  log.anchor = 810;
  server.write(150);
  catchUp(log);
  assert.deepEqual(range(log), [801, 1100]);
  assert.equal(log.hasNewer, true);
  checkTexts(log);
});

test("a message of mine that is ahead of others is held, and is no hole", () => {
  const log = new MessageLog(server.newest(10));
  server.write(2);
  log.merge(server.message(1002));
  assert.equal(log.hasHole(), false);
  assert.equal(log.lastSeq, 1000);
  catchUp(log);
  assert.equal(log.lastSeq, 1002);
  checkTexts(log);
});

test("what changes while a page is on its way is not undone by the page", async () => {
  const log = new MessageLog(server.newest(10));
  const page = server.before(991, 10);
  const waiting = log.fetched(Promise.resolve(page), (each) => log.prepend(each));
  server.edit(985);
  catchUp(log);
  await waiting;
  checkTexts(log);
  assert.equal(log.late.size, 0);
});

test("what is written while the last page is on its way is there with it", async () => {
  const log = new MessageLog(server.before(990, 10), server.from(990, 5));
  const page = server.from(995, 100);
  const waiting = log.fetched(Promise.resolve(page), (each) => log.append(each));
  server.write(3);
  catchUp(log);
  await waiting;
  assert.deepEqual(range(log), [980, 1003]);
  assert.equal(log.hasNewer, false);
  checkTexts(log);
});

test("what changes between the two pages that it begins with is not missed", () => {
  const older = server.before(500, 50);
  server.edit(480);
  const log = new MessageLog(older, server.from(500, 50));
  catchUp(log);
  checkTexts(log);
});

test("a page that does not fit any more is ignored", () => {
  const log = new MessageLog(server.before(500, 50), server.from(500, 50));
  log.prepend(server.before(440, 10));
  log.append(server.from(560, 10));
  assert.deepEqual(range(log), [450, 549]);
});

test("a link beyond the end leads to the end", () => {
  const log = new MessageLog(server.before(5000, 50), server.from(5000, 50));
  assert.deepEqual(range(log), [951, 1000]);
  assert.equal(log.hasNewer, false);
});

test("a part of an answer proves nothing: what is edited comes later in it", () => {
  const log = new MessageLog(server.newest(50));
  server.write(20);
  server.edit(1005);
  assert.equal(server.deltaFor(log, 10).has_more, true);
  assert.equal(log.hasHole(), false);
  catchUp(log);
  assert.deepEqual(range(log), [951, 1020]);
  checkTexts(log);
});

test("a long absence is caught up with in bounds, even if its first message was edited at its end", () => {
  const log = new MessageLog(server.newest(50));
  server.write(3000);
  server.edit(1001);
  let most = 0;
  for (let more = true; more; most = Math.max(most, log.bySeq.size)) more = server.deltaFor(log).has_more;
  assert.ok(most <= 2 * WINDOW, `${most} messages were held`);
  checkTexts(log);
});

test("an empty conversation has no hole", () => {
  server = new ServerLog();
  const log = new MessageLog(server.newest(50));
  check(log);
  server.write(1);
  catchUp(log);
  assert.deepEqual(range(log), [1, 1]);
});

test("a page with a hole in it is noticed, wherever it is", () => {
  const without = (page, seq) => ({ ...page, messages: page.messages.filter((message) => message.seq !== seq) });
  assert.equal(new MessageLog(without(server.newest(50), 970)).hasHole(), true);
  const log = new MessageLog(server.before(500, 50), server.from(500, 50));
  log.prepend(without(server.before(450, 50), 420));
  assert.equal(log.hasHole(), true);
  const other = new MessageLog(server.before(500, 50), server.from(500, 50));
  other.append(without(server.from(550, 50), 570));
  assert.equal(other.hasHole(), true);
});

test("an answer that lost a message is noticed", () => {
  const log = new MessageLog(server.newest(50));
  server.write(3);
  const { messages, cursor } = server.after(log.cursor, 200);
  log.apply(messages.filter(({ seq }) => seq !== 1002), cursor);
  assert.equal(log.hasHole(), true);
});

/** @param {number} seed */
function dice(seed) {
  let state = seed;
  return (/** @type {number} */ sides) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * sides);
  };
}

for (let seed = 1; seed <= 60; seed += 1) {
  test(`whatever happens the window is a slice of the server's log (${seed})`, async () => {
    const roll = dice(seed);
    server = new ServerLog();
    server.write(roll(2000));
    let log = new MessageLog(server.newest(1 + roll(200)));
    /** Pages that the server has made and that have not arrived: of each side one at a time, as the loader asks. */
    const underWay = new Map();
    const order = (side, page) => {
      const { promise, resolve } = deferred();
      const each = log;
      underWay.set(side, () => resolve(page));
      each.fetched(promise, (arrived) => (side === "older" ? each.prepend(arrived) : each.append(arrived)));
    };
    const arrive = (side) => {
      underWay.get(side)?.();
      underWay.delete(side);
    };
    const steps = [
      () => server.write(1 + roll(120)),
      () => server.lastSeq > 0 && server.edit(1 + roll(server.lastSeq)),
      () => server.deltaFor(log, 1 + roll(200)),
      () => server.lastSeq > 0 && log.merge(server.edit(1 + roll(server.lastSeq))),
      () => log.hasOlder && !underWay.has("older") && order("older", server.before(log.firstSeq, 1 + roll(200))),
      () => log.hasNewer && !underWay.has("newer") && order("newer", server.from(log.lastSeq + 1, 1 + roll(200))),
      () => arrive("older"),
      () => arrive("newer"),
      () => log.rest(),
      () => (log.anchor = roll(3) === 0 && !log.hasNewer ? null : log.firstSeq + roll(log.lastSeq - log.firstSeq + 1)),
      () => {
        if (roll(8) > 0) return;
        const seq = 1 + roll(server.lastSeq + 20);
        const older = server.before(seq, 1 + roll(100));
        if (server.lastSeq > 0) server.edit(1 + roll(server.lastSeq));
        log = new MessageLog(older, server.from(seq, 1 + roll(100)));
        underWay.clear();
      },
    ];
    for (let step = 0; step < 400; step += 1) {
      steps[roll(steps.length)]();
      await settled();
      check(log);
    }
    for (const side of ["older", "newer"]) arrive(side);
    await settled();
    catchUp(log);
    checkTexts(log);
  });
}
