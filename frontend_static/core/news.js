import { SharedPoller } from "./shared-poller.js";
import { Tabs } from "./tabs.js";
import { stillTyping } from "./typing.js";

/** Messages. */
const FAR_BEHIND = 200;

/** @typedef {import("./message-log.js").MessageLog} MessageLog */
/** @typedef {import("./opened.js").Opened} Opened */

/** Asks the server for a session, in this tab or by the leading one, and takes in what it says. */
export class News {
  /** @param {Session} session */
  constructor(session) {
    const { environment, me, api } = session;
    const { clock, random, locks, openChannel } = environment;
    const attention = () => [environment.isVisible(), environment.isPresent(), environment.isAttentive()].filter(Boolean).length;
    this.session = session;
    this.poller = new SharedPoller({
      tabs: new Tabs({ userId: me.id, locks, openChannel, clock, random, attention }),
      request: (target, options) => api.sync(target, options),
      target: () => session.pollTarget(),
      revOf: (id) => session.store.conversations.get(id)?.rev ?? 0,
      clock,
      random,
      events: {
        answered: (target, answer) => this.answered(target, answer),
        unchanged: (target, typing) => this.unchanged(target, typing),
        failed: (failures) => session.unheard(failures),
        signedOut: () => session.signedOut(),
        cursorAhead: () => session.startAfresh(),
        conversationGone: (id) => session.conversationGone(id),
        turned: () => session.emit("leader"),
      },
    });
  }

  /** @param {PollTarget} target @param {SyncAnswer} answer */
  answered(target, answer) {
    const { session } = this;
    if (session.store.applySync(target, answer)) {
      if (target.conversation !== null) session.changes.quotes.heard(target.conversation, answer.messages);
      for (const { sender, client_id } of answer.messages) if (sender.id === session.me.id) session.outbox.discard(client_id);
      this.checkOpened(target, answer);
      for (const topic of ["conversations", "messages", "news"]) session.emit(topic);
      session.typingPeople.heard(target.conversation, stillTyping(answer));
    }
    session.heard();
  }

  /** @param {PollTarget} target @param {SyncAnswer} answer */
  checkOpened(target, answer) {
    const { session } = this;
    const { opened } = session;
    const log = session.log();
    if (!opened) return;
    if (answer.left.includes(opened.id)) session.conversationGone(opened.id);
    if (!log || target.conversation !== opened.id) return;
    if (opened.isReturning || !session.environment.isAttentive()) {
      opened.placeDivider(log.messages(), session.me.id, (session.conversation()?.unread ?? 0) > 0);
    }
    opened.isReturning = answer.has_more && opened.isReturning;
    if (answer.has_more && this.isFarBehind(log)) this.loadAnew(opened);
    // A part of the news comes in the order of its changes: an edit may come before the message that it follows.
    else if (log.hasHole() && !answer.has_more) session.loader.resync(opened);
  }

  /** Whether the newest page is there sooner than all that came since. @param {MessageLog} log */
  isFarBehind(log) {
    return !log.hasNewer && (this.session.conversation()?.last_seq ?? 0) - log.newestSeq > FAR_BEHIND;
  }

  /** @param {Opened} opened */
  loadAnew(opened) {
    this.session.store.logs.delete(opened.id);
    this.session.loader.load(opened);
    this.session.emit("opened");
  }

  /** @param {PollTarget} target @param {Person[]} typing */
  unchanged(target, typing) {
    if (this.session.opened) this.session.opened.isReturning = false;
    this.session.typingPeople.heard(target.conversation, typing);
    this.session.heard();
  }
}
