import { strings } from "./strings.js";

const PAGE = 50;
const LARGEST_PAGE = 200;
/** Read messages shown above the first unread one. */
const CONTEXT = 20;

/** The conversation that is on the screen, and where its reader had been when it appeared. */
export class Opened {
  /** @param {number} id @param {number | null} [seq] the message to begin at */
  constructor(id, seq = null) {
    this.id = id;
    /** @type {"loading" | "ready" | "failed" | "missing"} */
    this.status = "loading";
    /** @type {"idle" | "loading" | "failed"} */
    this.older = "idle";
    /** @type {"idle" | "loading" | "failed"} */
    this.newer = "idle";
    /** Where the reader wants to be and is not yet: at a message, or at the end. @type {number | "end" | null} */
    this.place = seq;
    this.notice = "";
    /** @type {number | null} */
    this.dividerSeq = null;
    /** @type {number | null} */
    this.readBefore = null;
    /** Messages that the next poll brings came while nobody looked. */
    this.isReturning = true;
    /** Messages have been shown since it was opened. */
    this.hasBegun = false;
  }

  /**
   * Messages are there. The line stays where it was drawn at first, wherever the reader goes later.
   * @param {Conversation | undefined} conversation
   * @param {Message[]} messages in order
   * @param {number} meId
   */
  loaded(conversation, messages, meId) {
    this.status = "ready";
    this.isReturning = false;
    this.older = "idle";
    this.newer = "idle";
    if (!this.hasBegun) this.begin(conversation, messages, meId);
    if (typeof this.place === "number") this.aimAt(this.place, messages);
  }

  /** At the message, or with an explanation at the one nearest to it. @param {number} seq @param {Message[]} messages */
  aimAt(seq, messages) {
    const distance = (/** @type {Message} */ message) => Math.abs(message.seq - seq);
    const [nearest] = messages.toSorted((one, other) => distance(one) - distance(other));
    this.place = nearest?.seq ?? null;
    this.notice = this.place === seq ? "" : strings.messageMissing;
  }

  /** @param {Conversation | undefined} conversation @param {Message[]} messages @param {number} meId */
  begin(conversation, messages, meId) {
    this.hasBegun = true;
    this.rememberRead(conversation);
    this.placeDivider(messages, meId, (conversation?.unread ?? 0) > 0);
  }

  /**
   * From here on, what arrives is new: the person leaves, or has just come.
   * @param {Conversation | undefined} conversation
   */
  rememberRead(conversation) {
    this.readBefore = conversation?.read_seq ?? this.readBefore;
  }

  /**
   * Draw the line above the first message of others that came after the remembered position. With messages between the
   * position and the window it is not known yet which is the first.
   * @param {Message[]} messages in order
   * @param {number} meId
   * @param {boolean} hasUnread there are such, here or further down
   */
  placeDivider(messages, meId, hasUnread) {
    const position = this.readBefore;
    if (position === null) return;
    const first = messages.find(({ seq, sender, deleted }) => seq > position && sender.id !== meId && !deleted);
    if (first) this.dividerSeq = messages[0].seq > position + 1 ? position + 1 : first.seq;
    else if (hasUnread) this.dividerSeq = position + 1;
  }

  /**
   * Whether the reader can begin with the messages that are still there from the last time.
   * @param {MessageLog} log
   * @param {Conversation | undefined} conversation
   */
  isWithin(log, conversation) {
    if (this.place !== null) return log.reaches(this.place);
    return !log.hasNewer && (conversation?.last_seq ?? 0) - log.lastSeq <= LARGEST_PAGE;
  }

  /**
   * Around which message to begin, or null for the newest page: where the reader wants to be, else at the first unread
   * one, if the newest page does not reach that far.
   * @param {Conversation} conversation
   */
  startSeq({ unread, last_seq, read_seq }) {
    if (typeof this.place === "number") return Math.max(this.place, 1);
    const isFar = unread > 0 && last_seq - read_seq + CONTEXT > LARGEST_PAGE;
    return isFar && this.place !== "end" ? read_seq + 1 : null;
  }
}

/**
 * How many messages to load so that the first unread one is among them.
 * @param {Conversation} conversation
 */
export function pageSize(conversation) {
  const needed = conversation.last_seq - conversation.read_seq + CONTEXT;
  return conversation.unread === 0 ? PAGE : Math.min(Math.max(needed, PAGE), LARGEST_PAGE);
}
