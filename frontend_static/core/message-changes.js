import { isSignedOut } from "./api-error.js";
import { Deletions } from "./deletions.js";
import { Emitter } from "./emitter.js";
import { explain } from "./explain.js";
import { isBlocked } from "./people.js";
import { Quotes } from "./quotes.js";
import { Reactions } from "./reactions.js";

/**
 * What a person does to messages that are there: reacting, deleting, marking them unread; and what those answer.
 * Topics: `deletions`, `refused` (a deletion; `refusal` says why).
 */
export class MessageChanges extends Emitter {
  /** @param {{session: Session, api: Api, clock: Clock, random: () => number}} tools */
  constructor({ session, api, clock, random }) {
    super();
    this.session = session;
    this.api = api;
    this.refusal = "";
    /** Messages of blocked people that are shown all the same. @type {Set<string>} */
    this.unfolded = new Set();
    const changed = () => session.emit("messages");
    this.quotes = new Quotes({ load: (id, seq) => api.newerMessages(id, seq, 1), clock, changed });
    this.reactions = new Reactions({ put: (...change) => this.react(...change), meId: session.me.id, changed });
    this.deletions = new Deletions({
      remove: (id, seq) => session.change(id, () => api.remove(id, seq)),
      clock,
      random,
      events: {
        changed: () => this.deletionsChanged(),
        refused: (error) => this.refused(error),
      },
    });
  }

  /**
   * A message as it is shown here, with what the server does not have yet.
   * @param {number} conversation
   * @param {Message} message
   * @returns {Message}
   */
  shown(conversation, message) {
    if (this.deletions.has(conversation, message.seq)) return { ...message, text: "", deleted: true, reactions: [] };
    const reactions = message.deleted ? [] : this.reactions.of(conversation, message);
    return reactions === message.reactions ? message : { ...message, reactions };
  }

  /** Whether a message is of somebody whom the reader blocks, in a group, and was not looked at. @param {Conversation} conversation @param {Message} message */
  isFolded(conversation, { sender, seq }) {
    return conversation.kind === "group" && isBlocked(conversation, sender.id) && !this.unfolded.has(`${conversation.id}:${seq}`);
  }

  /** @param {number} conversation @param {number} seq */
  unfold(conversation, seq) {
    this.unfolded.add(`${conversation}:${seq}`);
    this.session.emit("messages");
  }

  /**
   * The message that another one answers, or null while it is not known.
   * @param {number} conversation
   * @param {number} seq
   */
  quoted(conversation, seq) {
    const message = this.quotes.of(conversation, seq, this.session.store.logs.get(conversation));
    return message ? this.shown(conversation, message) : null;
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
    this.refusal = explain(error);
    this.emit("refused");
  }
}
