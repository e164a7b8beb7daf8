import { MessageLog } from "./message-log.js";
import { Store } from "./store.js";

/** A snapshot of another shape, from before a deploy or after one that was taken back, is thrown away. */
const SHAPE = 1;
const MOST_CONVERSATIONS = 200;
const MOST_LOGS = 10;
const MOST_MESSAGES = 100;
/** Characters. What is larger is kept with fewer logs. */
const LARGEST = 2_000_000;

/** @typedef {{store: Store, syncedAt: number}} Snapshot `syncedAt`: when it was the server's last word */

/**
 * What the next page begins with, as text: the conversations with the newest activity, and the ends of the logs that
 * were opened last. All of it belongs to one cursor, so one delta makes it current.
 * @param {Store} store
 * @param {number | null} syncedAt
 * @returns {string | null} null while there is nothing to keep
 */
export function takeSnapshot(store, syncedAt) {
  if (store.cursor === null || syncedAt === null) return null;
  const conversations = store.conversationsInOrder().slice(0, MOST_CONVERSATIONS);
  const known = new Set(conversations.map(({ id }) => id));
  const logs = [...store.logs].reverse().filter(([id, log]) => known.has(id) && isWhole(log));
  for (let count = MOST_LOGS; count >= 0; count -= 1) {
    const pages = logs.slice(0, count).reverse().map(([id, log]) => [id, pageOf(log)]);
    const text = JSON.stringify({ shape: SHAPE, cursor: store.cursor, syncedAt, conversations, logs: pages });
    if (text.length <= LARGEST) return text;
  }
  return null;
}

/**
 * Whether the end of the log is known, and all that its cursor has passed can be kept: of news that have come in part,
 * the messages beyond a gap would be left out, and no later answer would bring them.
 * @param {MessageLog} log
 */
function isWhole(log) {
  const isBeyond = (/** @type {Message} */ { seq, rev }) => seq > log.newestSeq && rev <= log.cursor;
  return !log.hasNewer && !log.hasHole() && !log.messages().some(isBeyond);
}

/** The end of a log, as the server would give it. @param {MessageLog} log @returns {MessagePage} */
function pageOf(log) {
  const whole = log.messages().filter(({ seq }) => seq <= log.newestSeq);
  const messages = whole.slice(-MOST_MESSAGES);
  const hasOlder = log.hasOlder || messages.length < whole.length;
  return { messages, cursor: log.cursor, last_seq: log.newestSeq, has_more: hasOlder };
}

/** @param {unknown} text @returns {Snapshot | null} null if it cannot be trusted to the letter */
export function readSnapshot(text) {
  try {
    const kept = JSON.parse(String(text));
    return isSnapshot(kept) ? restored(kept) : null;
  } catch {
    return null;
  }
}

/** @param {any} kept @returns {Snapshot} */
function restored({ cursor, syncedAt, conversations, logs }) {
  const store = new Store();
  store.cursor = cursor;
  for (const conversation of conversations) store.putConversation(conversation);
  for (const [id, page] of logs) store.openLog(id, page);
  return { store, syncedAt };
}

/** @param {any} kept */
function isSnapshot(kept) {
  const { shape, cursor, syncedAt, conversations, logs } = kept;
  const isWhole = shape === SHAPE && Number.isInteger(cursor) && Number.isFinite(syncedAt);
  return isWhole && conversations.every(isConversation) && logs.every(isLog);
}

/** @param {any} conversation */
function isConversation({ id, rev, last_seq, read_seq, unread, participants }) {
  return [id, rev, last_seq, read_seq, unread].every(Number.isInteger) && Array.isArray(participants);
}

/** Without a hole, or it is of no use. @param {any} log */
function isLog([id, page]) {
  return Number.isInteger(id) && page.messages.every(isMessage) && !new MessageLog(page).hasHole();
}

/** @param {any} message */
function isMessage({ seq, rev, text, sender }) {
  return Number.isInteger(seq) && Number.isInteger(rev) && typeof text === "string" && Number.isInteger(sender.id);
}
