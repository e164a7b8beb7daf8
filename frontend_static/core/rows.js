import { marksIn, receipt } from "./people.js";
import { strings } from "./strings.js";

/** Messages of one person that are further apart than this do not share a heading. */
const GROUP_MS = 5 * 60_000;
/** More of a quoted message is not shown. */
const QUOTE_CHARACTERS = 240;
/** More names of those who reacted are not told. */
const MOST_NAMES = 20;
/** @typedef {Pick<MessageChanges, "shown" | "quoted" | "isFolded">} Changes */
/** @type {Changes} */
const UNCHANGED = { shown: (_, message) => message, quoted: () => null, isFolded: () => false };

/**
 * What the message list shows: bubbles in groups, day separators, the line above the first unread message.
 * @param {object} state
 * @param {Conversation} state.conversation
 * @param {Message[]} state.messages
 * @param {OutboxEntry[]} state.entries
 * @param {Person} state.me
 * @param {number | null} state.dividerSeq
 * @param {TimeFormat} state.time
 * @param {number} state.now
 * @param {Changes} [state.changes] what the server does not have yet, and what is quoted
 * @returns {Row[]}
 */
export function buildRows({ conversation, messages, entries, me, dividerSeq, time, now, changes = UNCHANGED }) {
  const known = new Set(messages.filter(({ sender }) => sender.id === me.id).map(({ client_id }) => client_id));
  const bubbles = [
    ...messages.map((message) => fromMessage(changes.shown(conversation.id, message), me, conversation, changes)),
    ...entries.filter(({ clientId }) => !known.has(clientId)).map((entry) => fromEntry(entry, me, changes)),
  ];
  /** @type {Row[]} */
  const rows = [];
  let day = "";
  let dividerIsDue = dividerSeq !== null && (messages[0]?.seq ?? 0) <= dividerSeq;
  for (const bubble of bubbles) {
    const bubbleDay = time.dayKey(bubble.createdAt);
    if (bubbleDay !== day) rows.push({ type: "day", key: `day:${bubbleDay}`, label: time.dayLabel(bubble.createdAt, now) });
    day = bubbleDay;
    if (dividerIsDue && !bubble.own && bubble.seq !== null && bubble.seq >= (dividerSeq ?? 0)) {
      rows.push({ type: "unread", key: "unread" });
      dividerIsDue = false;
    }
    rows.push(bubble);
  }
  markGroups(rows);
  markSenders(bubbles, conversation);
  markReceipt(bubbles, conversation, me);
  return rows;
}

/**
 * @param {Message} message
 * @param {Person} me
 * @param {Conversation} conversation
 * @param {Changes} changes
 * @returns {MessageRow}
 */
function fromMessage(message, me, conversation, changes) {
  const own = message.sender.id === me.id;
  const folded = !message.deleted && changes.isFolded(conversation, message);
  return {
    type: "message",
    // A message of mine keeps its element when the server's answer replaces the local one.
    key: own ? `own:${message.client_id}` : `seq:${message.seq}`,
    seq: message.seq,
    sender: message.sender,
    own,
    text: message.text,
    createdAt: message.created_at,
    edited: message.edited_at !== null && !message.deleted,
    deleted: message.deleted,
    folded,
    first: true,
    last: true,
    entry: null,
    receipt: "",
    quote: message.deleted || folded ? null : quoteOf(conversation.id, message.reply_to, changes, conversation),
    reactions: (folded ? [] : (message.reactions ?? [])).map((reaction) => chipOf(reaction, conversation, me)),
  };
}

/** @param {OutboxEntry} entry @param {Person} me @param {Changes} changes @returns {MessageRow} */
function fromEntry(entry, me, changes) {
  return {
    type: "message",
    key: `own:${entry.clientId}`,
    seq: null,
    sender: me,
    own: true,
    text: entry.text,
    createdAt: entry.createdAt,
    edited: false,
    deleted: false,
    folded: false,
    first: true,
    last: true,
    entry: { ...entry },
    receipt: "",
    quote: quoteOf(entry.conversation, entry.replyTo, changes),
    reactions: [],
  };
}

/**
 * @param {number} conversation
 * @param {number | null | undefined} seq
 * @param {Changes} changes
 * @param {Conversation | null} [whole] where somebody may be blocked
 * @returns {Quote | null}
 */
function quoteOf(conversation, seq, changes, whole = null) {
  if (!seq) return null;
  const message = changes.quoted(conversation, seq);
  if (!message) return { seq, sender: null, text: "", deleted: false };
  const { sender, text, deleted } = message;
  if (whole && !deleted && changes.isFolded(whole, message)) return { seq, sender, text: strings.blockedMessage, deleted: true, folded: true };
  return { seq, sender, text: text.slice(0, QUOTE_CHARACTERS), deleted };
}

/** @param {Reaction} reaction @param {Conversation} conversation @param {Person} me @returns {ReactionChip} */
function chipOf({ emoji, users }, { participants }, me) {
  const own = users.includes(me.id);
  const others = users.filter((id) => id !== me.id);
  const known = participants.filter(({ id }) => others.includes(id)).map(({ name }) => name);
  const told = [...(own ? [strings.you] : []), ...known].slice(0, MOST_NAMES);
  return { emoji, count: users.length, own, names: strings.namesAndMore(told, users.length - told.length) };
}

/** @param {MessageRow[]} bubbles @param {Conversation} conversation */
function markSenders(bubbles, conversation) {
  const marks = marksIn(conversation);
  for (const bubble of bubbles) {
    const found = marks.get(bubble.sender.id);
    if (found && !bubble.own) bubble.marks = found;
  }
}

/** @param {Row[]} rows */
function markGroups(rows) {
  rows.forEach((row, index) => {
    const before = rows[index - 1];
    if (row.type !== "message" || before?.type !== "message" || !belongTogether(before, row)) return;
    row.first = false;
    before.last = false;
  });
}

/** @param {MessageRow} before @param {MessageRow} row */
function belongTogether(before, row) {
  const gap = Date.parse(row.createdAt) - Date.parse(before.createdAt);
  return before.sender.id === row.sender.id && gap < GROUP_MS;
}

/**
 * Only the last message of mine says whether it was read.
 * @param {MessageRow[]} bubbles
 * @param {Conversation} conversation
 * @param {Person} me
 */
function markReceipt(bubbles, conversation, me) {
  const last = bubbles.findLast(({ own, entry, deleted }) => own && entry === null && !deleted);
  if (last && last.seq !== null) last.receipt = receipt(conversation, last.seq, me.id);
}
