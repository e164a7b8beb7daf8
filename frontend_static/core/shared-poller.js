import { moves } from "./poll-target.js";
import { Poller } from "./poller.js";

/** @typedef {import("./tabs.js").Tabs} Tabs */

/**
 * One tab polls, and tells the others each answer together with what was asked. They take it in if it goes on from where
 * they are. If it does not, or the conversation that is open in them has changes which the answer does not bring, they ask
 * for themselves, at once and without waiting, until they are where the leader is. So what is known decides, not what was
 * heard: a lost word costs a request, never a message.
 */
export class SharedPoller {
  /**
   * @param {object} tools
   * @param {Tabs} tools.tabs
   * @param {(target: PollTarget, options: PollOptions) => Promise<PollReply>} tools.request
   * @param {() => PollTarget} tools.target
   * @param {(conversation: number) => number} tools.revOf the last change of it that is known of
   * @param {Clock} tools.clock
   * @param {() => number} tools.random
   * @param {PollerEvents & {turned: () => void}} tools.events `turned`: this tab leads now, or does no longer
   */
  constructor({ tabs, request, target, revOf, clock, random, events }) {
    this.tabs = tabs;
    this.target = target;
    this.revOf = revOf;
    this.events = events;
    this.running = false;
    this.isResting = false;
    /** The leader's cursor. */
    this.leaderCursor = 0;
    this.poller = new Poller({ request, target: () => this.asked(), clock, random, events: this.pollerEvents() });
    tabs.watch({
      turned: () => this.turned(),
      heard: (word) => this.heard(word),
      position: () => this.target().cursor,
    });
  }

  /** @returns {PollerEvents} */
  pollerEvents() {
    const { events } = this;
    return {
      answered: (target, answer) => this.answered(target, answer),
      unchanged: (target, typing) => this.unchanged(target, typing),
      failed: (failures) => this.failed(failures),
      signedOut: () => {
        this.tabs.say({ type: "check" });
        events.signedOut();
      },
      cursorAhead: () => {
        this.leaderCursor = 0;
        this.tabs.say({ type: "check" });
        events.cursorAhead();
      },
      conversationGone: (id) => events.conversationGone(id),
    };
  }

  start() {
    this.running = true;
    this.isResting = false;
    this.leaderCursor = 0;
    this.tabs.start();
    // Whoever leads has begun with that.
    if (!this.tabs.isLeader()) this.poller.start();
  }

  stop() {
    this.running = false;
    this.tabs.stop();
    this.poller.stop();
  }

  /** The page goes, perhaps to be kept by the browser: another tab leads, and nothing stands in the way of its return. */
  rest() {
    if (!this.running) return;
    this.isResting = true;
    this.tabs.stop();
    this.poller.stop();
  }

  /** @returns {boolean} whether this tab asks */
  wake() {
    if (!this.running) return false;
    if (this.isResting) {
      this.start();
      return true;
    }
    const led = this.tabs.isLeader();
    this.tabs.look();
    if (this.poller.running) return this.poller.wake() || this.tabs.isLeader() !== led;
    this.tabs.ask();
    return false;
  }

  /** Something else may be looked at, or by nobody. */
  follow() {
    if (!this.running || this.isResting) return;
    this.tabs.look();
    if (this.tabs.isLeader()) this.poller.follow();
    else this.catchUp();
  }

  turned() {
    if (!this.tabs.isLeader()) {
      this.poller.stop();
      this.catchUp();
    } else if (this.poller.running) {
      this.poller.follow();
    } else {
      this.poller.start();
    }
    this.events.turned();
  }

  // What this tab asks

  /** Whoever looks is told by the leader. */
  asked() {
    const target = this.target();
    return this.tabs.isLeader() ? target : { ...target, visible: false, mayWait: false };
  }

  /** Whether there is something to know that this tab does not know. */
  isBehind() {
    const { cursor, conversation, after } = this.target();
    if (cursor === null || cursor < this.leaderCursor) return true;
    return conversation !== null && (after ?? 0) < this.revOf(conversation);
  }

  catchUp() {
    if (!this.isBehind()) return;
    if (this.poller.running) this.poller.follow();
    else this.poller.start();
  }

  /** @param {PollTarget} target @param {SyncAnswer} answer */
  answered(target, answer) {
    if (this.tabs.isLeader()) this.tabs.say({ type: "answer", target, answer });
    this.events.answered(target, answer);
    if (this.tabs.isLeader()) return;
    // Meanwhile the leader may have told more, which made this answer too old. Asked within it, so that no other is timed.
    if (!this.isBehind()) this.poller.stop();
    else if (moves(target, answer) && this.poller.running) this.poller.poll();
  }

  /** @param {PollTarget} target @param {Person[]} typing */
  unchanged(target, typing) {
    if (this.tabs.isLeader()) this.tabs.say({ type: "unchanged", target, typing });
    else if (!this.isBehind()) this.poller.stop();
    this.events.unchanged(target, typing);
  }

  /** @param {number} failures */
  failed(failures) {
    if (this.tabs.isLeader()) this.tabs.say({ type: "failed", failures });
    this.events.failed(failures);
  }

  // What the others say

  /** @param {TabWord} word */
  heard(word) {
    if (word.type === "check") this.check();
    if (!word.leads || this.tabs.isLeader()) return;
    this.leaderCursor = word.position ?? 0;
    if (word.type === "answer") this.heardAnswer(word.target, word.answer);
    if (word.type === "unchanged" && !this.isBehind()) this.events.unchanged(word.target, word.typing);
    if (word.type === "failed") this.events.failed(word.failures);
    this.catchUp();
  }

  /** @param {PollTarget} target @param {SyncAnswer} answer */
  heardAnswer(target, answer) {
    const { cursor } = this.target();
    this.leaderCursor = answer.cursor;
    if (cursor === null || target.cursor === null) return;
    if (target.cursor <= cursor && cursor <= answer.cursor) this.events.answered(target, answer);
  }

  /** Another tab was told that its person is signed out, or that the server's numbers began again: see for yourself. */
  check() {
    if (this.poller.running) this.poller.wake();
    else this.poller.start();
  }
}
