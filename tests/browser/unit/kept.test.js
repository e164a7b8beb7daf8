/* What outlives the page: outbox, drafts, who was here. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Belongings } from "../../../frontend_static/core/belongings.js";
import { BrowserMemory } from "../../../frontend_static/core/browser-memory.js";
import { Database } from "../../../frontend_static/core/database.js";
import { MemoryDatabase } from "../../../frontend_static/core/memory-database.js";
import { Outbox } from "../../../frontend_static/core/outbox.js";
import { TabLocks } from "../../../frontend_static/core/tab-locks.js";
import { alice, bob, deferred, FakeClock, message, settled } from "./support/cast.js";
import { FakeLocks } from "./support/locks.js";

let clock;
let locks;
let stores;

beforeEach(() => {
  clock = new FakeClock();
  locks = new FakeLocks();
  stores = new MemoryDatabase();
});

/** One tab of hers. */
function tab(id) {
  const tabs = new TabLocks({ locks, id, clock });
  tabs.hold();
  const belongings = new Belongings({ stores, tabs, clock });
  const sends = [];
  let ids = 0;
  const outbox = new Outbox({
    send: (entry) => {
      sends.push({ ...deferred(), text: entry.text });
      return sends.at(-1).promise;
    },
    storage: belongings.outbox,
    clock,
    random: () => 1,
    newId: () => `${id}-${++ids}`,
    events: { changed() {}, sent() {}, signedOut() {}, notKept() {} },
  });
  belongings.outbox.orphaned = () => outbox.adopt();
  const texts = () => sends.map(({ text }) => text);
  const accept = async (seq) => {
    sends.at(-1).resolve(message(seq, { sender: alice }));
    await settled();
  };
  return { tabs, belongings, outbox, texts, accept };
}

async function started(id) {
  const one = tab(id);
  await one.outbox.start();
  await settled();
  return one;
}

const keptTexts = async () => (await stores.all("outbox")).map(([, { text }]) => text);

test("the next page sends what the last one has left, in order, before what it writes itself", async () => {
  const first = await started("a");
  for (const text of ["one", "two", "three"]) first.outbox.add(7, text);
  first.outbox.stop();
  first.tabs.letGo();
  await clock.pass(10);
  const next = tab("b");
  next.outbox.add(7, "four");
  await next.outbox.start();
  for (const seq of [1, 2, 3, 4]) await next.accept(seq);
  assert.deepEqual(next.texts(), ["one", "two", "three", "four"]);
  assert.deepEqual(await keptTexts(), []);
});

test("what a living tab sends is left to it until it is gone", async () => {
  const first = await started("a");
  first.outbox.add(7, "hello");
  const second = await started("b");
  assert.deepEqual(second.texts(), []);
  first.outbox.stop();
  first.tabs.letGo();
  await settled();
  assert.deepEqual(second.texts(), ["hello"]);
  const third = await started("c");
  assert.deepEqual(third.texts(), [], "it has changed hands once");
});

test("of two tabs that come together one takes it", async () => {
  const first = await started("a");
  first.outbox.add(7, "hello");
  first.outbox.stop();
  first.tabs.letGo();
  const others = await Promise.all([started("b"), started("c")]);
  assert.equal(others.flatMap((each) => each.texts()).length, 1);
});

test("without locks the next page takes all: a client_id makes it one message", async () => {
  locks = undefined;
  (await started("a")).outbox.add(7, "hello");
  assert.deepEqual((await started("b")).texts(), ["hello"]);
});

test("a refused message stays refused, with its reason", async () => {
  await stores.put("outbox", "x", { clientId: "x", conversation: 7, text: "bad", state: "refused", reason: "Too long.", order: 1 });
  await stores.put("outbox", "y", { nonsense: true });
  const page = await started("a");
  assert.deepEqual(page.texts(), []);
  assert.deepEqual(page.outbox.entriesOf(7).map(({ state, reason }) => [state, reason]), [["refused", "Too long."]]);
  page.outbox.retry("x");
  assert.deepEqual(page.texts(), ["bad"]);
});

test("where nothing can be kept it is said", async () => {
  stores.put = async () => false;
  let said = 0;
  const { outbox } = await started("a");
  outbox.events.notKept = () => (said += 1);
  outbox.add(7, "hello");
  await settled();
  assert.equal(said, 1);
});

test("drafts are kept after a pause, and given up at once", async () => {
  const { drafts } = tab("a").belongings;
  drafts.set(7, "hel");
  drafts.set(7, "hello");
  drafts.set(8, "elsewhere");
  assert.deepEqual(await stores.all("drafts"), []);
  await clock.pass(400);
  assert.deepEqual(await stores.all("drafts"), [[7, "hello"], [8, "elsewhere"]]);
  drafts.set(7, "  ");
  assert.deepEqual(await stores.all("drafts"), [[8, "elsewhere"]]);
  const next = tab("b").belongings;
  next.drafts.set(9, "typed already");
  await next.load();
  assert.deepEqual([7, 8, 9].map((id) => next.drafts.of(id)), ["", "elsewhere", "typed already"]);
});

test("a database that hangs or fails is given up, and the page goes on without", async () => {
  for (const open of [() => ({}), () => { throw new Error("SecurityError"); }, undefined]) {
    const database = new Database({ factory: open && { open }, name: "hark-1", clock });
    const found = database.get("state", "snapshot");
    const kept = database.put("state", "snapshot", "text");
    await clock.pass(2000);
    assert.deepEqual([await found, await kept, await database.all("drafts")], [undefined, false, []]);
  }
});

function memory(cookies = "") {
  const kept = new Map();
  const deleted = [];
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
  const factory = {
    databases: async () => ["hark-1", "hark-2", "another"].map((name) => ({ name })),
    deleteDatabase: (name) => {
      deleted.push(name);
      const request = {};
      queueMicrotask(() => request.onsuccess());
      return request;
    },
  };
  const browser = new BrowserMemory({ factory, storage: () => storage, document: { cookie: cookies }, tabs: null, clock });
  return { browser, kept, deleted };
}

test("of one person at a time something is kept", async () => {
  const { browser, deleted } = memory();
  await browser.keepOnly(alice);
  assert.deepEqual(deleted, ["hark-2"]);
  assert.deepEqual(browser.person(), alice);
  await browser.keepOnly(alice);
  assert.deepEqual(deleted, ["hark-2"]);
  await browser.keepOnly({ ...bob, email: "bob@example.com" });
  assert.deepEqual(deleted, ["hark-2", "hark-1"]);
  await browser.wipe();
  assert.equal(browser.person(), null);
});

test("on a shared computer of nobody", async () => {
  const { browser, kept, deleted } = memory("csrftoken=x; hark-shared=1");
  await browser.keepOnly(alice);
  assert.deepEqual(deleted, ["hark-1", "hark-2"]);
  assert.equal(kept.size, 0);
  assert.ok(browser.of(alice).stores instanceof MemoryDatabase);
});

test("who was remembered in another shape, or cannot be, is nobody", () => {
  const { browser, kept } = memory();
  for (const text of ["nonsense", "null", '{"id": "1"}', '{"id": 1}']) {
    kept.set("hark-person", text);
    assert.equal(browser.person(), null);
  }
  browser.remembered.storage = () => {
    throw new Error("SecurityError");
  };
  assert.equal(browser.person(), null);
  browser.remembered.set(alice);
});
