import { strings } from "./strings.js";

const HUES = 12;

/**
 * One or two letters that stand for a name.
 * @param {string} name
 */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(firstLetter);
  return letters.join("") || "?";
}

/** @param {string | undefined} word */
function firstLetter(word) {
  const letter = Array.from(word ?? "").find((character) => /[\p{L}\p{N}]/u.test(character));
  return (letter ?? Array.from(word ?? "")[0] ?? "").toLocaleUpperCase();
}

/**
 * The same person has the same colour everywhere: one of twelve.
 * @param {number} id
 */
export function hueOf(id) {
  return (id * 5) % HUES;
}

/** @param {Conversation} conversation @param {number} meId */
export function othersIn(conversation, meId) {
  return conversation.participants.filter(({ id }) => id !== meId);
}

/** How many messages wait to be read; none of a request, which is no conversation of theirs yet. @param {Conversation} conversation */
export function unreadIn({ unread, request }) {
  return request ? 0 : unread;
}

/** @param {Conversation} conversation @param {number} person */
export function isBlocked({ blocked }, person) {
  return blocked?.includes(person) ?? false;
}

/** Why nothing can be written there: it is a request, or the reader blocks the only other person. @param {Conversation | undefined} conversation */
export function isClosed(conversation) {
  if (!conversation) return false;
  return Boolean(conversation.request) || (conversation.kind === "direct" && (conversation.blocked?.length ?? 0) > 0);
}

/** @param {Conversation} conversation @param {number} meId */
export function conversationName(conversation, meId) {
  const others = othersIn(conversation, meId).map(({ name }) => name);
  if (conversation.kind === "group" && conversation.title) return conversation.title;
  return others.length > 0 ? strings.joined(others) : strings.onlyYou;
}

/**
 * Who of a conversation is marked beside the name. `is_staff` is told by the server alone: no name can say it.
 * @param {Conversation} conversation
 * @returns {Map<number, PersonMarks>} by the person's id; those without a mark are not in it
 */
export function marksIn({ participants }) {
  const marked = participants.filter(({ is_staff: isStaff, look_alike: isAlike }) => isStaff || isAlike);
  return new Map(marked.map(({ id, is_staff: isStaff, look_alike: isAlike }) => [id, { isStaff: Boolean(isStaff), isAlike: Boolean(isAlike) }]));
}

/**
 * What became of a message of mine: who of the others has read it.
 * @param {Conversation} conversation
 * @param {number} seq
 * @param {number} meId
 */
export function receipt(conversation, seq, meId) {
  const others = othersIn(conversation, meId);
  const readers = others.filter((participant) => participant.read_seq >= seq).length;
  if (readers === 0) return strings.sent;
  if (conversation.kind === "direct") return strings.read;
  return readers === others.length ? strings.readByAll : strings.readBy(readers);
}
