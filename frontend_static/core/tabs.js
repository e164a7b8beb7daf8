/**
 * A leader that is alive answers at once. Silence for so long makes a follower ask for it, and no answer for so long
 * makes it take over: a frozen leader is replaced within two intervals, and one that was closed at once, by the browser.
 */
export const INTERVAL_MS = 5000;
/** Followers heard the same last word; they ask one after the other, within this share of the interval. */
const SPREAD = 0.2;

/** @typedef {{controller: AbortController, release: () => void}} Claim on the lock: waiting for it, or holding it */

/**
 * One tab of a person's leads, for all of them in this browser: it holds a Web Lock. The others wait for that lock, so the
 * browser itself replaces a leader that goes. A tab that is more looked at than the leader takes the lock from it, and
 * leads from that moment; the lock decides between two. Without Web Locks (plain http) each tab leads itself.
 */
export class Tabs {
  /**
   * @param {object} tools
   * @param {number} tools.userId in the names of the lock and the channel, so that two people never meet
   * @param {Locks | undefined} tools.locks
   * @param {((name: string) => TabChannel) | undefined} tools.openChannel
   * @param {Clock} tools.clock
   * @param {() => number} tools.random
   * @param {() => number} tools.attention how much this tab is looked at: 0 is not at all
   */
  constructor({ userId, locks, openChannel, clock, random, attention }) {
    this.lockName = `hark-leader-${userId}`;
    this.channelName = `hark-tabs-${userId}`;
    this.locks = locks;
    this.openChannel = openChannel;
    this.clock = clock;
    this.random = random;
    this.attention = attention;
    /** @type {{turned: () => void, heard: (word: TabWord) => void, position: () => number | null}} */
    this.events = { turned() {}, heard() {}, position: () => null };
    this.isOpen = false;
    this.leads = false;
    /** @type {TabChannel | null} */
    this.channel = null;
    /** @type {Claim | null} */
    this.claim = null;
    /** What the leader said last, of itself; and since when it leads, which no later leader's is before. */
    this.leader = { attention: 0, heardAt: -Infinity, since: 0 };
    /** Since when this tab leads. */
    this.since = 0;
    this.saidAttention = 0;
    /** @type {unknown} */
    this.timer = undefined;
  }

  /** Whether this tab is the one that does what only one may do: ask the server, make a sound. */
  isLeader() {
    return this.leads;
  }

  /** @param {{turned: () => void, heard: (word: TabWord) => void, position: () => number | null}} events */
  watch(events) {
    this.events = events;
  }

  start() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.leader.heardAt = -Infinity;
    if (!this.locks || !this.openChannel) {
      this.setLeads(true);
      return;
    }
    this.channel = this.openChannel(this.channelName);
    this.channel.onmessage = ({ data }) => this.heard(data);
    if (this.attention() > 0) this.take();
    else this.queue();
  }

  /** The lock goes to whoever waits for it. */
  stop() {
    this.isOpen = false;
    this.leads = false;
    this.clock.clearTimeout(this.timer);
    this.letGo();
    this.channel?.close();
    this.channel = null;
  }

  /** Somebody came to this tab or left it: it may be the one to lead now, or no longer. */
  look() {
    if (!this.channel) return;
    const attention = this.attention();
    if (!this.leads) {
      if (attention > this.leaderAttention()) this.take();
    } else if (attention !== this.saidAttention) {
      this.say({ type: "here" });
    }
  }

  /** Let the leader say where it is. */
  ask() {
    this.say({ type: "ask" });
    this.takeLater();
  }

  /** To all other tabs. @param {TabNews} news */
  say(news) {
    if (this.leads) this.saidAttention = this.attention();
    const { leads, since } = this;
    this.channel?.postMessage({ ...news, leads, since, attention: this.attention(), position: this.events.position() });
  }

  /** A leader that has said nothing for a while may be frozen. */
  leaderAttention() {
    return this.clock.now() - this.leader.heardAt <= INTERVAL_MS ? this.leader.attention : 0;
  }

  /** @param {TabWord} word */
  heard(word) {
    if (word.type === "ask") this.asked();
    // A leader that was frozen when another took over may go on for a moment, as if it still led.
    if (word.leads && word.since < this.leader.since) return;
    if (word.leads) this.heardLeader(word);
    this.events.heard(word);
  }

  /** @param {TabWord} word */
  heardLeader({ attention, since }) {
    if (this.leads && since <= this.since) return;
    this.leader = { attention, heardAt: this.clock.now(), since };
    if (this.leads) this.giveWay();
    this.askLater();
    this.look();
  }

  asked() {
    if (this.leads) this.say({ type: "here" });
    else this.takeLater();
  }

  // The lock

  take() {
    const claim = this.newClaim();
    this.hold(claim, { steal: true });
    this.setLeads(true);
  }

  queue() {
    const claim = this.newClaim();
    this.hold(claim, { signal: claim.controller.signal });
    this.ask();
  }

  /** @param {Claim} claim @param {LockOptions} options */
  async hold(claim, options) {
    try {
      await this.locks?.request(this.lockName, options, () => this.granted(claim));
    } catch (error) {
      if (this.claim === claim) this.lost(error);
    }
  }

  /** @param {Claim} claim @returns {Promise<void> | undefined} as long as it lasts, the lock is held */
  granted(claim) {
    if (this.claim !== claim) return undefined;
    const held = new Promise((resolve) => (claim.release = () => resolve(undefined)));
    if (!this.leads) this.setLeads(true);
    return held;
  }

  /** Another tab has taken the lock; or the browser gives this page none, and it goes alone. @param {unknown} error */
  lost(error) {
    const isTaken = error instanceof DOMException && error.name === "AbortError";
    if (isTaken) {
      this.giveWay();
      return;
    }
    this.channel?.close();
    this.channel = null;
    if (!this.leads) this.setLeads(true);
  }

  giveWay() {
    this.setLeads(false);
    if (this.isOpen) this.queue();
  }

  newClaim() {
    this.letGo();
    this.claim = { controller: new AbortController(), release() {} };
    return this.claim;
  }

  letGo() {
    const { claim } = this;
    this.claim = null;
    claim?.controller.abort();
    claim?.release();
  }

  /** @param {boolean} leads */
  setLeads(leads) {
    this.leads = leads;
    if (leads) {
      this.since = Math.max(this.clock.now(), this.leader.since + 1);
      this.leader.since = this.since;
      this.clock.clearTimeout(this.timer);
      this.say({ type: "here" });
    }
    this.events.turned();
  }

  // Silence

  askLater() {
    this.later(() => this.ask());
  }

  takeLater() {
    this.later(() => this.take());
  }

  /** @param {() => void} action */
  later(action) {
    this.clock.clearTimeout(this.timer);
    this.timer = this.clock.setTimeout(action, INTERVAL_MS * (1 - SPREAD * this.random()));
  }
}
