import { isBlocked } from "./people.js";
import { Quotes } from "./quotes.js";

/** How messages are shown here beyond what the server says: changes of theirs on the way, quotes, and what is folded away. */
export class MessageChanges {
  /** @param {{session: Session, api: Api, clock: Clock}} tools */
  constructor({ session, api, clock }) {
    this.session = session;
    /** Messages of blocked people that are shown all the same. @type {Set<string>} */
    this.unfolded = new Set();
    /** What their person does to messages; it comes later. @type {import("./message-writes.js").MessageWrites | null} */
    this.writes = null;
    this.quotes = new Quotes({ load: (id, seq) => api.newerMessages(id, seq, 1), clock, changed: () => session.emit("messages") });
  }

  /**
   * A message as it is shown here, with what the server does not have yet.
   * @param {number} conversation
   * @param {Message} message
   * @returns {Message}
   */
  shown(conversation, message) {
    return this.writes?.shown(conversation, message) ?? message;
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
}
