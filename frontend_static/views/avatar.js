import { conversationName, hueOf, initials, othersIn } from "../core/people.js";
import { el } from "./dom.js";

/** @param {Person} person */
export function personAvatar(person) {
  return avatar(initials(person.name), hueOf(person.id), "");
}

/** @param {Conversation} conversation @param {Person} me */
export function conversationAvatar(conversation, me) {
  const [other] = othersIn(conversation, me.id);
  if (conversation.kind === "direct" && other) return personAvatar(other);
  return avatar(initials(conversationName(conversation, me.id)), hueOf(conversation.id), "avatar-group");
}

/** @param {string} letters @param {number} hue @param {string} className */
function avatar(letters, hue, className) {
  const element = el("span", `avatar hue-${hue} ${className}`, letters);
  element.setAttribute("aria-hidden", "true");
  return element;
}
