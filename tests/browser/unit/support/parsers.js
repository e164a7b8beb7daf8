/*
 * Every function of the page that takes apart what a stranger wrote, or what an address, a server or a browser says. A new
 * one belongs here: hostile.test.js and `bin/test --fuzz` go over the list.
 */
import { deviceName } from "../../../../frontend_static/core/device-name.js";
import { findEmoji } from "../../../../frontend_static/core/emoji.js";
import { fold } from "../../../../frontend_static/core/fold.js";
import { fuzzy, rank } from "../../../../frontend_static/core/fuzzy.js";
import { linkify } from "../../../../frontend_static/core/linkify.js";
import { bestLanguage, isolate } from "../../../../frontend_static/core/locale.js";
import { excerpt, markWords } from "../../../../frontend_static/core/marks.js";
import { ELEMENTS_MAX, parseText } from "../../../../frontend_static/core/markup.js";
import { completeMention, mentionBegun, peopleNamed } from "../../../../frontend_static/core/mention-begun.js";
import { isNamed, splitMentions } from "../../../../frontend_static/core/mentions.js";
import { initials } from "../../../../frontend_static/core/people.js";
import { knownPath } from "../../../../frontend_static/core/route.js";
import { quoteText } from "../../../../frontend_static/views/message-extras.js";
import { isOnlyEmoji } from "../../../../frontend_static/core/emoji-only.js";

const naming = { names: ["Bob", "Anna", "Anna Lee", "José María", "a b c d e f", "@@", "((("], me: "Alice" };
/** Characters of a name (`NAME_MAX` of the server), and of what is typed into a search. */
const NAME = 100;
const QUERY = 200;

/**
 * @typedef {object} Parser
 * @property {string} name
 * @property {(text: string) => unknown} read
 * @property {number} [most] characters that it is ever given: the server or a field of the page lets no more through
 * @property {(read: any, text: string) => boolean} [holds] what must be true of the answer
 */

const joined = (/** @type {{text: string}[]} */ parts) => parts.map(({ text }) => text).join("");

/** @type {Parser[]} */
export const parsers = [
  {
    name: "text of a message",
    read: (text) => parseText(text, naming),
    holds: (parts) => parts.filter((/** @type {{type: string}} */ { type }) => type !== "text").length <= ELEMENTS_MAX && parts.length <= 2 * ELEMENTS_MAX + 1,
  },
  {
    name: "links",
    read: (text) => linkify(text),
    holds: (parts, text) =>
      joined(parts) === text &&
      parts.every((/** @type {{href: string | null, text: string}} */ { href, text: link }) => href === null || (/^(https?:|mailto:)/.test(href) && link.length <= 2048)),
  },
  { name: "mentions", read: (text) => splitMentions(text, naming), holds: (parts, text) => joined(parts) === text },
  { name: "my name in a text", read: (text) => isNamed(text, "Alice") },
  { name: "a begun mention", read: (text) => mentionBegun(text, text.length) },
  { name: "a completed mention", read: (text) => completeMention(text, { start: 0, query: "" }, "Anna") },
  { name: "a name as a mention", read: (name) => splitMentions(`hi @${name} @${name}`, { names: [name], me: name }), most: NAME },
  { name: "people whose name begins so", read: (name) => peopleNamed(name, [{ id: 1, name }]), most: NAME },
  { name: "words that were searched for", read: (text) => markWords(text, "anna (http or a"), holds: (parts, text) => joined(parts) === text },
  { name: "search words", read: (query) => markWords("Anna a http://a", query), most: QUERY },
  { name: "excerpt of a message", read: (text) => excerpt(text, "a", 200), holds: (line) => line.length <= 202 },
  { name: "quote of a message", read: (text) => quoteText(/** @type {any} */ ({ sender: "Bob", text, deleted: false })) },
  { name: "large emoji", read: (text) => isOnlyEmoji(text) },
  { name: "letters as they are compared", read: fold, most: QUERY },
  { name: "fuzzy search", read: (name) => fuzzy(name, name), most: NAME },
  { name: "switcher", read: (name) => rank("an", [name], (each) => each), most: NAME },
  { name: "initials", read: initials, most: NAME, holds: (letters) => [...letters].length <= 6 },
  { name: "search of emoji", read: findEmoji, most: NAME },
  { name: "name in a sentence", read: isolate },
  { name: "path of the page", read: knownPath, holds: (path) => /^\/(c\/\d{1,16}(\/\d{1,16})?|settings)?$/.test(path) },
  { name: "language of the browser", read: (tag) => bestLanguage([tag]), holds: (language) => ["en", "es", "ar"].includes(language) },
  { name: "name of a device", read: deviceName, holds: (name) => name.length < 40 },
];
