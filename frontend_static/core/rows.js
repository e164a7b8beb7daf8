import { receipt } from "./people.js";

/** Messages of one person that are further apart than this do not share a heading. */
const GROUP_MS = 5 * 60_000;

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
 * @returns {Row[]}
 */
export function buildRows({ conversation, messages, entries, me, dividerSeq, time, now }) {
  const known = new Set(messages.filter(({ sender }) => sender.id === me.id).map(({ client_id }) => client_id));
  const bubbles = [
    ...messages.map((message) => fromMessage(message, me)),
    ...entries.filter(({ clientId }) => !known.has(clientId)).map((entry) => fromEntry(entry, me)),
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
  markReceipt(bubbles, conversation, me);
  return rows;
}

/** @param {Message} message @param {Person} me @returns {MessageRow} */
function fromMessage(message, me) {
  const own = message.sender.id === me.id;
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
    first: true,
    last: true,
    entry: null,
    receipt: "",
  };
}

/** @param {OutboxEntry} entry @param {Person} me @returns {MessageRow} */
function fromEntry(entry, me) {
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
    first: true,
    last: true,
    entry: { ...entry },
    receipt: "",
  };
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
