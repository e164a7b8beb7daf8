const PAGE = 50;
const LARGEST_PAGE = 200;
/** Read messages shown above the first unread one. */
const CONTEXT = 20;

/** The conversation that is on the screen, and where its reader had been when it appeared. */
export class Opened {
  /** @param {number} id */
  constructor(id) {
    this.id = id;
    /** @type {"loading" | "ready" | "failed" | "missing"} */
    this.status = "loading";
    /** @type {"idle" | "loading" | "failed"} */
    this.older = "idle";
    this.notice = "";
    /** @type {number | null} */
    this.dividerSeq = null;
    /** @type {number | null} */
    this.readBefore = null;
    /** Messages that the next poll brings came while nobody looked. */
    this.isReturning = true;
  }

  /**
   * From here on, what arrives is new: the person leaves, or has just come.
   * @param {Conversation | undefined} conversation
   */
  rememberRead(conversation) {
    this.readBefore = conversation?.read_seq ?? this.readBefore;
  }

  /**
   * Draw the line above the first message of others that came after the remembered position.
   * @param {Message[]} messages in order
   * @param {number} meId
   */
  placeDivider(messages, meId) {
    const position = this.readBefore;
    if (position === null) return;
    const first = messages.find(({ seq, sender, deleted }) => seq > position && sender.id !== meId && !deleted);
    if (first) this.dividerSeq = first.seq;
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
