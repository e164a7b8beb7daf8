import { fuzzy, rank } from "./fuzzy.js";
import { conversationName, othersIn, unreadIn } from "./people.js";

const MOST = 30;

/** @typedef {{key: string, name: string, marks: Set<number>, conversation: Conversation | null, person: Person | null}} Choice */

/**
 * Where one may go: conversations, and people one has not talked to yet. Without a query the unread ones come first.
 * @param {object} facts
 * @param {string} facts.query
 * @param {Conversation[]} facts.conversations newest activity first
 * @param {Person[]} facts.people
 * @param {number} facts.meId
 * @param {number | null} facts.openId
 * @returns {Choice[]}
 */
export function choices({ query, conversations, people, meId, openId }) {
  const places = conversations.map((conversation) => toConversation(conversation, meId));
  if (query.trim() === "") {
    const others = places.filter(({ conversation }) => conversation.id !== openId);
    return [...others.filter(isUnread), ...others.filter((place) => !isUnread(place))].slice(0, MOST);
  }
  const strangers = unknownPeople(people, conversations, meId).map(toPerson);
  const found = rank(query, [...places, ...strangers], ({ name }) => name);
  const byAddress = strangers.filter(({ name }) => !fuzzy(query, name));
  return [...found.map(({ item, marks }) => ({ ...item, marks })), ...byAddress].slice(0, MOST);
}

/** @param {Conversation} conversation @param {number} meId */
function toConversation(conversation, meId) {
  const name = conversationName(conversation, meId);
  return { key: `c${conversation.id}`, name, marks: new Set(), conversation, person: null };
}

/** @param {Person} person @returns {Choice} */
function toPerson(person) {
  return { key: `p${person.id}`, name: person.name, marks: new Set(), conversation: null, person };
}

/** @param {{conversation: Conversation}} choice */
function isUnread({ conversation }) {
  return unreadIn(conversation) > 0;
}

/** Whoever one has a direct conversation with is found by it. @param {Person[]} people @param {Conversation[]} conversations @param {number} meId */
function unknownPeople(people, conversations, meId) {
  const known = new Set([meId]);
  for (const conversation of conversations) {
    if (conversation.kind === "direct") for (const { id } of othersIn(conversation, meId)) known.add(id);
  }
  return people.filter(({ id }) => !known.has(id));
}
