import { isSignedOut } from "./api-error.js";
import { Deletions } from "./deletions.js";
import { Emitter } from "./emitter.js";
import { explainLater } from "./explain-later.js";
import { Reactions } from "./reactions.js";

/**
 * What a person does to messages that are there: reacting, deleting, marking them unread; and what those answer.
 * Topics: `deletions`, `refused` (a deletion; `refusal` says why).
 */
export class MessageWrites extends Emitter {
  /** @param {Session} session it shows from now on what is under way here */
  constructor(session) {
    super();
    const { clock, random } = session.environment;
    this.session = session;
    this.api = session.api;
    this.refusal = "";
    this.reactions = new Reactions({
      put: (...change) => this.react(...change),
      meId: session.me.id,
      changed: () => session.emit("messages"),
    });
    this.deletions = new Deletions({
      remove: (id, seq) => session.change(id, () => session.api.remove(id, seq)),
      clock,
      random,
      events: {
        changed: () => this.deletionsChanged(),
        refused: (error) => this.refused(error),
      },
    });
    session.changes.writes = this;
  }

  /**
   * A message with what the server does not have yet.
   * @param {number} conversation
   * @param {Message} message
   * @returns {Message}
   */
  shown(conversation, message) {
    if (this.deletions.has(conversation, message.seq)) return { ...message, text: "", deleted: true, reactions: [] };
    const reactions = message.deleted ? [] : this.reactions.of(conversation, message);
    return reactions === message.reactions ? message : { ...message, reactions };
  }

  /**
   * From this message on all is unread, and stays so until the person turns away and comes back, or opens it anew.
   * @param {number} conversation
   * @param {number} seq
   */
  async markUnread(conversation, seq) {
    const { reader, store } = this.session;
    await reader.hold(conversation);
    try {
      const { read_seq, unread } = await this.api.markUnread(conversation, seq);
      store.markUnread(conversation, read_seq, unread);
      this.session.markedUnread(conversation);
    } catch (error) {
      reader.release();
      if (isSignedOut(error)) this.session.signedOut();
      throw error;
    }
  }

  /** @param {number} id @param {number} seq @param {string} emoji @param {boolean} isOn */
  react(id, seq, emoji, isOn) {
    return this.session.change(id, () => (isOn ? this.api.react(id, seq, emoji) : this.api.unreact(id, seq, emoji)));
  }

  deletionsChanged() {
    this.session.emit("messages");
    this.emit("deletions");
  }

  /** @param {Error} error */
  refused(error) {
    this.refusal = explainLater(error);
    this.emit("refused");
  }
}
