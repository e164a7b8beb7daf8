/* Tabs of one browser, each with a session of Alice's, on one server. */

import assert from "node:assert/strict";
import { MemoryStorage } from "./memory-storage.js";
import { Session } from "../../../../frontend_static/core/session.js";
import { Browser, Tab } from "./browser.js";
import { alice, FakeClock, settled } from "./cast.js";
import { Server } from "./server.js";

export class TabsStage {
  /** @param {{ids: number[], random?: () => number}} options the conversations there are */
  constructor({ ids, random = Math.random }) {
    this.clock = new FakeClock();
    this.random = random;
    this.browser = new Browser(this.clock);
    this.server = new Server(this.clock, ids);
    this.tabs = [];
  }

  /** @param {number} attention 0: hidden, 1: seen, 3: seen and with the focus */
  async open(attention, { conversation = null, joined = true } = {}) {
    const tab = new Tab(this.browser, attention);
    const isAtLeast = (level) => () => tab.attention >= level;
    const { clock, locks, openChannel } = tab;
    const environment = {
      clock,
      random: this.random,
      newId: () => crypto.randomUUID(),
      isVisible: isAtLeast(1),
      isPresent: isAtLeast(2),
      isAttentive: isAtLeast(3),
      ...(joined && { locks, openChannel }),
    };
    tab.session = new Session({ api: this.server.apiFor(tab), me: alice, storage: new MemoryStorage(), environment });
    tab.isSignedOut = false;
    tab.session.on("signed-out", () => (tab.isSignedOut = true));
    this.tabs.push(tab);
    tab.session.start();
    if (conversation !== null) tab.session.open(conversation);
    await this.clock.pass(100);
    return tab;
  }

  /** Somebody turns to one tab: the window before it loses the focus, or is covered. */
  async turnTo(tab) {
    for (const other of this.tabs.filter((each) => each !== tab && each.attention > 0)) await this.turn(other, 0);
    await this.turn(tab, 3);
  }

  async turn(tab, attention) {
    const before = tab.attention;
    tab.attention = attention;
    tab.run(() => (attention > before ? tab.session.wake() : tab.session.turnedAway()));
    await settled();
  }

  close(tab) {
    this.tabs = this.tabs.filter((each) => each !== tab);
    tab.kill();
    return settled();
  }

  leaders() {
    return this.tabs.filter((tab) => !tab.isFrozen && tab.session.tabs.isLeader());
  }

  pollsSince(time) {
    return this.server.polls.filter(({ at }) => at >= time);
  }

  /** That each tab knows what the server has, and never missed anything on the way. */
  assertAllAreLevel() {
    this.tabs.forEach((tab, index) => {
      const { store, opened, connection } = tab.session;
      const name = `tab ${index}`;
      assert.equal(store.cursor, this.server.feed, `${name}: the cursor`);
      for (const { id } of this.server.conversations.values()) {
        assert.deepEqual(store.conversations.get(id), this.server.seenOf(id), `${name}: conversation ${id}`);
      }
      assert.equal(connection.failures, 0, `${name}: it is heard`);
      if (!opened) return;
      assert.equal(opened.status, "ready", `${name}: what is open is there`);
      assert.equal(opened.notice, "", `${name}: nothing had to be loaded again`);
      const shown = tab.session.log().messages();
      const there = this.server.conversations.get(opened.id).messages;
      assert.deepEqual(shown, there.slice(there.length - shown.length), `${name}: the messages of ${opened.id}`);
      assert.ok(shown.length > 0 || there.length === 0, `${name}: some of them`);
    });
  }
}

/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
