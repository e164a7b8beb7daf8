import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { INTERVAL_MS, Tabs } from "../../../frontend_static/core/tabs.js";
import { Browser, Tab } from "./support/browser.js";
import { FakeClock, settled } from "./support/cast.js";

const [UNSEEN, SEEN, FOCUSED] = [0, 1, 3];
let clock;
let browser;
let number;

beforeEach(() => {
  clock = new FakeClock();
  browser = new Browser(clock);
  number = 0;
});

/** A tab that has started. */
async function open(attention, { userId = 1, random = (number += 1) / 10 } = {}) {
  const tab = new Tab(browser, attention);
  tab.said = [];
  tab.turns = 0;
  tab.tabs = new Tabs({ ...tab, userId, random: () => random, attention: () => tab.attention });
  tab.tabs.watch({ turned: () => (tab.turns += 1), heard: ({ type }) => tab.said.push(type), position: () => null });
  tab.tabs.start();
  await settled();
  return tab;
}

async function look(tab, attention) {
  tab.attention = attention;
  tab.tabs.look();
  await settled();
}

const leaders = (...tabs) => tabs.map((tab) => tab.tabs.isLeader());

test("of tabs that nobody looks at the first one leads, and the next in line when it is closed", async () => {
  const tabs = [await open(UNSEEN), await open(UNSEEN), await open(UNSEEN)];
  assert.deepEqual(leaders(...tabs), [true, false, false]);
  tabs[0].kill();
  await settled();
  assert.deepEqual(leaders(...tabs.slice(1)), [true, false]);
  tabs[1].tabs.stop();
  await settled();
  assert.equal(tabs[2].tabs.isLeader(), true);
});

test("a tab that is opened to be looked at leads from the first moment", async () => {
  const first = await open(UNSEEN);
  const second = new Tab(browser, SEEN);
  second.tabs = new Tabs({ ...second, userId: 1, random: () => 0, attention: () => SEEN });
  second.tabs.start();
  assert.equal(second.tabs.isLeader(), true);
  await settled();
  assert.deepEqual([first.tabs.isLeader(), first.turns], [false, 2]);
});

test("the tab that somebody turns to leads", async () => {
  const tabs = [await open(SEEN), await open(UNSEEN)];
  await look(tabs[0], UNSEEN);
  assert.deepEqual(leaders(...tabs), [true, false]);
  await look(tabs[1], SEEN);
  assert.deepEqual(leaders(...tabs), [false, true]);
});

test("between two windows that are seen the one with the focus leads", async () => {
  const tabs = [await open(UNSEEN), await open(FOCUSED)];
  await look(tabs[0], SEEN);
  assert.deepEqual(leaders(...tabs), [false, true]);
  tabs[0].attention = FOCUSED;
  await look(tabs[1], SEEN);
  assert.deepEqual(leaders(...tabs), [true, false]);
});

test("nobody takes from a leader that is looked at as much and has just said so", async () => {
  const tabs = [await open(UNSEEN), await open(SEEN)];
  const { turns } = tabs[1];
  for (let time = 0; time < 20; time += 1) {
    await clock.pass(INTERVAL_MS / 2);
    await look(tabs[0], time % 2 ? SEEN : UNSEEN);
  }
  assert.deepEqual(leaders(...tabs), [false, true]);
  assert.equal(tabs[1].turns, turns);
});

test("one leader lives on among many for long", async () => {
  const tabs = [];
  for (let index = 0; index < 8; index += 1) tabs.push(await open(SEEN));
  const turns = tabs.map((tab) => tab.turns);
  await clock.pass(60 * INTERVAL_MS);
  assert.deepEqual(leaders(...tabs), [...Array(7).fill(false), true]);
  assert.deepEqual(tabs.map((tab) => tab.turns), turns);
  const asked = tabs[7].said.filter((type) => type === "ask").length;
  assert.ok(asked <= 76, `asked ${asked} times in 60 intervals: one asks for all`);
});

test("a frozen leader is replaced within two intervals, by one", async () => {
  const tabs = [await open(UNSEEN), await open(UNSEEN), await open(UNSEEN), await open(UNSEEN)];
  await clock.pass(3 * INTERVAL_MS);
  tabs[0].freeze();
  await clock.pass(2 * INTERVAL_MS);
  const [, ...others] = leaders(...tabs);
  assert.equal(others.filter(Boolean).length, 1);
  await tabs[0].thaw();
  await settled();
  assert.equal(tabs[0].tabs.isLeader(), false);
  await clock.pass(4 * INTERVAL_MS);
  assert.deepEqual(leaders(...tabs).slice(1), others);
});

test("a frozen leader is replaced at once by the tab that somebody turns to", async () => {
  const tabs = [await open(SEEN), await open(UNSEEN)];
  await look(tabs[0], UNSEEN);
  tabs[0].freeze();
  await look(tabs[1], SEEN);
  assert.equal(tabs[1].tabs.isLeader(), true);
});

test("a leader that froze while it was seen counts for nothing after an interval", async () => {
  const tabs = [await open(SEEN), await open(UNSEEN)];
  tabs[0].freeze();
  await look(tabs[1], SEEN);
  assert.equal(tabs[1].tabs.isLeader(), false);
  await clock.pass(INTERVAL_MS + 1);
  await look(tabs[1], SEEN);
  assert.equal(tabs[1].tabs.isLeader(), true);
});

test("a leader that was frozen and does not know yet that it was replaced is not believed", async () => {
  const tabs = [await open(UNSEEN), await open(FOCUSED), await open(UNSEEN)];
  tabs[1].freeze();
  tabs[1].attention = UNSEEN;
  await clock.pass(INTERVAL_MS + 1);
  await look(tabs[0], FOCUSED);
  await look(tabs[2], FOCUSED);
  const turns = tabs.map((tab) => tab.turns);
  tabs[1].tabs.say({ type: "here" });
  await settled();
  assert.equal(tabs[1].tabs.isLeader(), true);
  assert.deepEqual(tabs.map((tab) => tab.turns), turns);
  assert.equal(tabs[0].tabs.isLeader(), true);
});

test("a tab that comes back after a pause takes its place again", async () => {
  const tabs = [await open(SEEN), await open(UNSEEN)];
  tabs[0].tabs.stop();
  await settled();
  assert.deepEqual(leaders(...tabs), [false, true]);
  tabs[0].tabs.start();
  await settled();
  assert.deepEqual(leaders(...tabs), [true, false]);
  assert.equal(browser.channels.size, 2);
});

test("two people in one browser have nothing to do with each other", async () => {
  const tabs = [await open(UNSEEN, { userId: 1 }), await open(SEEN, { userId: 2 })];
  await clock.pass(3 * INTERVAL_MS);
  assert.deepEqual(leaders(...tabs), [true, true]);
  assert.deepEqual([...tabs[0].said, ...tabs[1].said], []);
});

test("without locks or channels, and where the browser refuses them, each tab leads itself", async () => {
  for (const missing of [{ locks: undefined }, { openChannel: undefined }]) {
    const tabs = new Tabs({ ...new Tab(browser), userId: 1, random: () => 0, attention: () => UNSEEN, ...missing });
    tabs.start();
    assert.equal(tabs.isLeader(), true);
    tabs.look();
    tabs.stop();
    assert.equal(tabs.isLeader(), false);
  }
  const refuse = { request: async () => Promise.reject(new DOMException("not here", "SecurityError")) };
  const refused = [UNSEEN, SEEN, SEEN].map((level) => {
    return new Tabs({ ...new Tab(browser), locks: refuse, userId: 1, random: () => 0, attention: () => level });
  });
  for (const tabs of refused) tabs.start();
  await settled();
  assert.deepEqual(refused.map((tabs) => tabs.isLeader()), [true, true, true]);
  assert.equal(browser.channels.size, 0);
});
