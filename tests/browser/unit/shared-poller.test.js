import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { INTERVAL_MS } from "../../../frontend_static/core/tabs.js";
import { alice, bob } from "./support/cast.js";
import { TabsStage } from "./support/tabs-stage.js";

const [HIDDEN, SEEN, FOCUSED] = [0, 1, 3];
let stage;
let server;
let clock;

beforeEach(() => {
  stage = new TabsStage({ ids: [7, 8] });
  ({ server, clock } = stage);
  for (const id of [7, 8]) for (let count = 0; count < 4; count += 1) server.say(id);
});

async function eightTabs() {
  for (let index = 0; index < 7; index += 1) await stage.open(HIDDEN, { conversation: 7 });
  await stage.open(FOCUSED, { conversation: 7 });
  await clock.pass(1000);
}

const shown = (tab) => tab.session.log().messages().length;

test("of eight tabs one asks, and all know", async () => {
  await eightTabs();
  const begun = clock.now();
  server.say(7);
  await clock.pass(50);
  assert.deepEqual(stage.tabs.map(shown), Array(8).fill(5));
  await clock.pass(60_000);
  stage.assertAllAreLevel();
  const asking = new Set(stage.pollsSince(begun).map(({ tab }) => tab));
  assert.deepEqual([...asking], [stage.tabs[7]]);
  assert.equal(server.waiting.size, 1);
});

test("tabs that have nothing in common but the browser each ask", async () => {
  for (let index = 0; index < 3; index += 1) await stage.open(FOCUSED, { conversation: 7, joined: false });
  await clock.pass(1000);
  assert.equal(server.waiting.size, 3);
  assert.equal(stage.leaders().length, 3);
});

test("a tab with another conversation open asks for its messages, and tells nobody that it is looked at", async () => {
  const other = await stage.open(HIDDEN, { conversation: 8 });
  const leader = await stage.open(FOCUSED, { conversation: 7 });
  await clock.pass(1000);
  const begun = clock.now();
  server.say(7);
  await clock.pass(200);
  assert.deepEqual(new Set(stage.pollsSince(begun).map(({ tab }) => tab)), new Set([leader]));
  server.say(8);
  await clock.pass(200);
  stage.assertAllAreLevel();
  const [asked, ...more] = stage.pollsSince(begun).filter(({ tab }) => tab === other);
  assert.deepEqual([asked.target.conversation, asked.target.visible, asked.wait, more], [8, false, 0, []]);
});

test("an answer that begins further on than a tab has come is asked for again", async () => {
  const late = await stage.open(HIDDEN, { conversation: 7 });
  await stage.open(FOCUSED, { conversation: 8 });
  await clock.pass(1000);
  late.isDeaf = true;
  server.say(7);
  await clock.pass(500);
  late.isDeaf = false;
  assert.equal(shown(late), 4);
  server.say(8);
  await clock.pass(200);
  stage.assertAllAreLevel();
});

test("a word that was lost is made up for within an interval, without further news", async () => {
  const late = await stage.open(HIDDEN, { conversation: 7 });
  await stage.open(FOCUSED, { conversation: 7 });
  await clock.pass(1000);
  late.isDeaf = true;
  server.say(7);
  await clock.pass(500);
  late.isDeaf = false;
  await clock.pass(INTERVAL_MS + 200);
  stage.assertAllAreLevel();
});

test("a tab that opens a conversation which it had not followed catches up at once", async () => {
  const other = await stage.open(SEEN, { conversation: 7 });
  const leader = await stage.open(FOCUSED, { conversation: 8 });
  other.session.open(8);
  await clock.pass(200);
  server.say(7);
  await clock.pass(200);
  assert.deepEqual(stage.leaders(), [leader]);
  other.session.open(7);
  await clock.pass(50);
  assert.equal(shown(other), 5);
});

test("when the leader is closed another one asks at once", async () => {
  await eightTabs();
  await stage.close(stage.tabs[7]);
  await clock.pass(50);
  const [leader] = stage.leaders();
  assert.equal(stage.pollsSince(clock.now() - 50).at(-1).tab, leader);
});

test("when the leader freezes another one asks within two intervals, and the thawed one follows it", async () => {
  await eightTabs();
  const [leader] = stage.leaders();
  leader.freeze();
  leader.attention = HIDDEN;
  await clock.pass(2 * INTERVAL_MS);
  server.say(7);
  // Nobody looks at the others: their polls are not held.
  await clock.pass(31_000);
  assert.equal(stage.leaders().length, 1);
  for (const tab of stage.tabs) if (tab !== leader) assert.equal(shown(tab), 5);
  assert.equal(shown(leader), 4);
  await leader.thaw();
  await clock.pass(100);
  assert.equal(leader.session.tabs.isLeader(), false);
  stage.assertAllAreLevel();
});

test("the tab that somebody turns to leads, and says that it is looked at", async () => {
  await eightTabs();
  await stage.turnTo(stage.tabs[2]);
  await clock.pass(1000);
  assert.deepEqual(stage.leaders(), [stage.tabs[2]]);
  const { tab, target } = server.polls.at(-1);
  assert.deepEqual([tab, target.visible], [stage.tabs[2], true]);
  assert.equal(server.waiting.size, 1);
});

test("all tabs say that the server is away, and that it is back", async () => {
  await eightTabs();
  server.isDown = true;
  server.tell();
  await clock.pass(5000);
  for (const { session } of stage.tabs) assert.ok(session.connection.failures >= 2);
  server.isDown = false;
  await clock.pass(31_000);
  stage.assertAllAreLevel();
  for (const { session } of stage.tabs) assert.ok(clock.now() - session.connection.syncedAt < 31_000);
});

test("all tabs show who types, if they show that conversation", async () => {
  const [same, other] = [await stage.open(HIDDEN, { conversation: 7 }), await stage.open(HIDDEN, { conversation: 8 })];
  await stage.open(FOCUSED, { conversation: 7 });
  await clock.pass(1000);
  const { sync } = server;
  server.sync = (target) => ({ ...sync.call(server, target), typing: target.conversation === 7 ? [bob] : [] });
  server.say(8);
  await clock.pass(100);
  assert.deepEqual(same.session.typingPeople.in(7), [bob]);
  assert.deepEqual(other.session.typingPeople.in(8), []);
});

test("what one tab sends is in all", async () => {
  await eightTabs();
  const [first] = stage.tabs;
  first.session.send("hello");
  await clock.pass(200);
  stage.assertAllAreLevel();
  assert.equal(first.session.outbox.entriesOf(7).length, 0);
  assert.deepEqual(stage.tabs[4].session.log().messages().at(-1).sender, { id: alice.id, name: alice.name });
});

test("a session that ended ends in all tabs at once, and none goes on asking", async () => {
  await eightTabs();
  server.isSignedOut = true;
  server.tell();
  await clock.pass(1000);
  assert.deepEqual(stage.tabs.map(({ isSignedOut }) => isSignedOut), Array(8).fill(true));
  const asked = server.polls.length;
  await clock.pass(120_000);
  assert.equal(server.polls.length, asked);
});

test("after a restored backup all tabs start afresh", async () => {
  await eightTabs();
  server.restore();
  server.tell();
  await clock.pass(5000);
  for (const { session } of stage.tabs) assert.equal(session.store.cursor, 0);
  server.say(7);
  await clock.pass(5000);
  stage.assertAllAreLevel();
});

test("a page that goes gives the lead away and lets go of its channel; when it comes back it catches up", async () => {
  const stays = await stage.open(HIDDEN, { conversation: 7 });
  const goes = await stage.open(FOCUSED, { conversation: 7 });
  await clock.pass(1000);
  goes.session.rest();
  await clock.pass(100);
  assert.deepEqual(stage.leaders(), [stays]);
  assert.equal(stage.browser.channels.size, 1);
  server.say(7);
  await clock.pass(40_000);
  assert.equal(shown(goes), 4);
  goes.session.wake();
  await clock.pass(100);
  assert.equal(shown(goes), 5);
  assert.deepEqual(stage.leaders(), [goes]);
  stage.assertAllAreLevel();
});

test("whether this tab leads is told when it changes", async () => {
  const tab = await stage.open(HIDDEN);
  const heard = [];
  tab.session.on("leader", () => heard.push(tab.session.tabs.isLeader()));
  const other = await stage.open(FOCUSED);
  await stage.close(other);
  assert.deepEqual(heard, [false, true]);
});
