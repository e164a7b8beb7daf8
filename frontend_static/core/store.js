import { MessageLog } from "./message-log.js";
import { unreadIn } from "./people.js";

/** What the browser knows of the server: conversations, the logs that were opened, and where to go on from. */
export class Store {
  constructor() {
    /** @type {number | null} */
    this.cursor = null;
    /** @type {Map<number, Conversation>} */
    this.conversations = new Map();
    /** @type {Map<number, MessageLog>} */
    this.logs = new Map();
    /** @type {Map<number, number>} */
    this.acknowledgedReads = new Map();
  }

  /**
   * Take in what a poll brought. Cursors only move forward, and only to what the server gave.
   * @param {PollTarget} target what was asked
   * @param {SyncAnswer} answer
   * @returns {boolean} false when the answer was older than what is known
   */
  applySync(target, answer) {
    if (this.cursor !== null && answer.cursor < this.cursor) return false;
    this.cursor = answer.cursor;
    answer.conversations.forEach((conversation) => this.putConversation(conversation));
    answer.left.forEach((id) => this.dropConversation(id));
    this.applyMessages(target, answer);
    return true;
  }

  /**
   * @param {PollTarget} target
   * @param {SyncAnswer} answer
   */
  applyMessages(target, answer) {
    const log = target.conversation === null ? undefined : this.logs.get(target.conversation);
    if (!log || target.after === null || target.after > log.cursor || answer.after === null) return;
    log.apply(answer.messages, answer.after, answer.has_more);
    const conversation = answer.conversations.find(({ id }) => id === target.conversation);
    // An answer that has not come as far as the conversation's last change cannot prove it whole.
    if (conversation && conversation.rev <= answer.after) log.confirm(conversation.last_seq);
  }

  /**
   * A poll may have been answered before our own read position or message arrived: those stay.
   * @param {Conversation} conversation
   */
  putConversation(conversation) {
    const { id, rev, read_seq } = conversation;
    const read = this.acknowledgedReads.get(id) ?? 0;
    // The server has caught up: if it goes back now, somebody marked it unread.
    if (read_seq >= read) this.acknowledgedReads.delete(id);
    const last = this.conversations.get(id)?.last_message;
    const current = last && last.rev > rev ? { ...conversation, last_message: last } : conversation;
    this.conversations.set(id, read_seq < read ? withRead(current, read) : current);
  }

  /**
   * From a page of the list or a single request: polls are never older than those.
   * @param {Conversation} conversation
   */
  addConversation(conversation) {
    if (!this.conversations.has(conversation.id)) this.conversations.set(conversation.id, conversation);
  }

  /** Only this: of all else a poll may know better. @param {number} id @param {ConversationNotifications} notifications */
  setNotifications(id, notifications) {
    const conversation = this.conversations.get(id);
    if (conversation) this.conversations.set(id, { ...conversation, notifications });
  }

  /** @param {number} id */
  dropConversation(id) {
    this.conversations.delete(id);
    this.logs.delete(id);
  }

  /**
   * @param {number} id
   * @param {MessagePage} page
   * @param {MessagePage | null} [newer] what comes after it
   */
  openLog(id, page, newer = null) {
    this.logs.set(id, new MessageLog(page, newer));
  }

  /**
   * @param {number} id
   * @param {number} seq
   */
  markRead(id, seq) {
    this.acknowledgedReads.set(id, Math.max(seq, this.acknowledgedReads.get(id) ?? 0));
    const conversation = this.conversations.get(id);
    if (conversation) this.putConversation(conversation);
  }

  /** @param {number} id @param {number} read how far it is read, as the server said @param {number} unread */
  markUnread(id, read, unread) {
    this.acknowledgedReads.delete(id);
    const conversation = this.conversations.get(id);
    if (conversation) this.conversations.set(id, { ...conversation, read_seq: read, unread });
  }

  /**
   * The server's answer to a send, an edit, a reaction or a deletion. It moves no cursor: others may have written before it.
   * @param {number} id
   * @param {Message} message
   */
  mergeMessage(id, message) {
    this.logs.get(id)?.merge(message);
    const conversation = this.conversations.get(id);
    if (!conversation) return;
    const last = conversation.last_message;
    const isNewer = !last || message.seq > last.seq || (message.seq === last.seq && message.rev > last.rev);
    if (isNewer) this.conversations.set(id, { ...conversation, last_message: message });
  }

  /** Newest activity first. */
  conversationsInOrder() {
    return [...this.conversations.values()].sort(
      (one, other) => activity(other).localeCompare(activity(one)) || other.id - one.id,
    );
  }

  unreadTotal() {
    let total = 0;
    for (const conversation of this.conversations.values()) total += unreadIn(conversation);
    return total;
  }
}

/** @param {Conversation} conversation @param {number} read */
function withRead(conversation, read) {
  const unread = read >= conversation.last_seq ? 0 : conversation.unread;
  return { ...conversation, read_seq: read, unread };
}

/** @param {Conversation} conversation */
function activity(conversation) {
  return conversation.last_message?.created_at ?? conversation.updated_at;
}
