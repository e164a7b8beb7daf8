import { othersIn } from "./people.js";

const SHORTEST_PAUSE_MS = 3000;
/** In larger conversations nobody is told what the others have read. */
const LARGEST = 20;

/**
 * Knows what became of my newest message in the open conversation: asks when there may be news of it, one request at a
 * time and not more often than every three seconds, and only while somebody can see the answer.
 */
export class ReachKeeper {
  /** @param {{session: Session, ask: (conversation: number) => Promise<{reach: Reach[]}>, changed: () => void}} tools */
  constructor({ session, ask, changed }) {
    this.session = session;
    this.ask = ask;
    this.changed = changed;
    this.isDue = false;
    this.isBusy = false;
    this.askedAt = -Infinity;
    /** @type {unknown} */
    this.timer = undefined;
    /** @type {{conversation: number, seq: number, reach: Reach[]} | null} */
    this.known = null;
    session.on("news", () => this.wake(true));
    session.on("opened", () => this.wake(true));
  }

  /**
   * The answer, if it is about this message.
   * @param {number} conversation
   * @param {number | null} seq
   */
  of(conversation, seq) {
    return this.known?.conversation === conversation && this.known.seq === seq ? this.known.reach : [];
  }

  /** Somebody is at the page, who may not have been. @param {boolean} [isNews] whether the answer may be another */
  wake(isNews = false) {
    const { clock, isVisible } = this.session.environment;
    this.isDue ||= isNews;
    clock.clearTimeout(this.timer);
    if (!this.isDue || this.isBusy || !isVisible()) return;
    const pause = this.askedAt + SHORTEST_PAUSE_MS - clock.now();
    if (pause > 0) this.timer = clock.setTimeout(() => this.wake(), pause);
    else this.askNow();
  }

  askNow() {
    this.isDue = false;
    const wanted = this.wanted();
    if (wanted) this.request(wanted.conversation, wanted.seq);
  }

  /** @param {number} conversation @param {number} seq */
  async request(conversation, seq) {
    this.isBusy = true;
    this.askedAt = this.session.environment.clock.now();
    try {
      const { reach } = await this.ask(conversation);
      this.known = { conversation, seq, reach };
      this.changed();
    } catch {
      // The next news ask again.
    } finally {
      this.isBusy = false;
    }
    this.wake();
  }

  /** My newest message there, as long as there is something to learn of it. */
  wanted() {
    const conversation = this.session.conversation();
    const messages = this.session.log()?.messages();
    if (!conversation || !messages || conversation.participants.length > LARGEST) return null;
    const { id: meId } = this.session.me;
    const mine = messages.findLast(({ sender, deleted }) => sender.id === meId && !deleted);
    return mine && !this.isSettled(conversation, mine.seq) ? { conversation: conversation.id, seq: mine.seq } : null;
  }

  /** Everybody has read it, and of whom more was known it is known when. @param {Conversation} conversation @param {number} seq */
  isSettled(conversation, seq) {
    const isReadByAll = othersIn(conversation, this.session.me.id).every(({ read_seq }) => read_seq >= seq);
    return isReadByAll && this.of(conversation.id, seq).every(({ state }) => state === "read");
  }
}
