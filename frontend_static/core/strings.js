import { isolate, isolated, listOfNames, number, plurals, shortNumber } from "./locale.js";
import { vocabulary } from "./vocabulary.js";

const plural = plurals("en");

/**
 * What the page says at a first look, outside index.html; all else is in later-strings.js. Each word has its counterpart in
 * `languages/es` and `languages/ar`, which takes its place when that language is spoken: read it where it is shown, and keep
 * no copy.
 */
export const strings = vocabulary({
  productName: "Hark",
  titleWithUnread: (/** @type {number} */ unread) => `(${shortNumber(unread)}) Hark`,
  you: "You",
  onlyYou: "Only you",
  today: "Today",
  yesterday: "Yesterday",
  sending: "Sending…",
  waiting: "Not sent, will retry",
  refused: (/** @type {string} */ reason) => `Not sent: ${reason}`,
  sent: "Sent",
  read: "Read",
  readBy: (/** @type {number} */ count) => `Read by ${number(count)}`,
  readByAll: "Read by everyone",
  edited: "Edited",
  deleted: "Message deleted",
  blockedMessage: "Message of somebody you block.",
  show: "Show",
  requests: (/** @type {number} */ count) => plural(count, { one: `${number(count)} request`, other: `${number(count)} requests` }),
  askedBy: (/** @type {string} */ name) => `Asked by ${isolate(name)}`,
  newMessages: "New",
  jump: (/** @type {number} */ count) =>
    count === 0 ? "Latest" : plural(count, { one: `${number(count)} new message`, other: `${number(count)} new messages` }),
  unread: (/** @type {number} */ count) =>
    plural(count, { one: `${number(count)} unread message`, other: `${number(count)} unread messages` }),
  noMessages: "No messages yet",
  preview: (/** @type {string} */ name, /** @type {string} */ text) => `${isolate(name)}: ${isolate(text)}`,
  draft: "Draft:",
  people: (/** @type {number} */ count) => plural(count, { one: `${number(count)} person`, other: `${number(count)} people` }),
  peopleAre: (/** @type {string} */ people, /** @type {string} */ names) => `${people}: ${names}`,
  joined: (/** @type {string[]} */ names) => isolated(names).join(", "),
  typing: (/** @type {string[]} */ names) => {
    if (names.length > 2) return "Several people are typing…";
    return `${listOfNames(names)} ${names.length === 1 ? "is" : "are"} typing…`;
  },
  messagesIn: (/** @type {string} */ name) => `Messages in ${isolate(name)}`,
  resynced: "Some messages had not arrived. The conversation was loaded again and is complete now.",
  notKept: "This browser cannot keep what is not sent yet. Please leave this page open until it is.",
  loadFailed: "The messages could not be loaded. Trying again…",
  loadingOlder: "Loading older messages…",
  olderFailed: "Older messages could not be loaded.",
  loadingNewer: "Loading newer messages…",
  newerFailed: "Newer messages could not be loaded.",
  messageMissing: "That message is not here. This is the one nearest to it.",
  upToDateAsOf: (/** @type {string} */ time) => `Up to date as of ${time} · reconnecting`,
  connecting: "No connection to the server · reconnecting",
  charactersLeft: (/** @type {number} */ left) => `${number(left)} left`,
  charactersOver: (/** @type {number} */ over) => `${number(over)} too many`,
  messageActions: "Message actions",
  reply: "Reply",
  close: "Close",
  editNotSaved: (/** @type {string} */ reason) => `Your edit was not saved. ${reason}`,
  replyingTo: (/** @type {string} */ name) => `Reply to ${isolate(name)}`,
  replyingToYourself: "Reply to yourself",
  inReplyTo: "In reply to:",
  quoteUnknown: "An earlier message",
  reactions: "Reactions",
  reactedBy: (/** @type {string} */ emoji, /** @type {string} */ names) => `${emoji} from ${names}`,
  namesAndMore: (/** @type {string[]} */ names, /** @type {number} */ more) =>
    listOfNames([...names, ...(more > 0 ? [plural(more, { one: `${number(more)} other`, other: `${number(more)} others` })] : [])]),
  code: "Code",
  staff: "Staff",
  lookAlike: "Another person in this conversation has a similar name",
  retry: "Try now",
  discard: "Discard",
  editAgain: "Edit",
  noConnection: "The server cannot be reached. Please try again.",
  opening: "Opening Hark…",

  // Times in sentences
  yesterdayAt: (/** @type {string} */ time) => `yesterday ${time}`,
  tomorrowAt: (/** @type {string} */ time) => `tomorrow ${time}`,
  dayAndTime: (/** @type {string} */ day, /** @type {string} */ time) => `${day} ${time}`,

  // Notifications of a conversation
  levels: { all: "All messages", mentions: "Only mentions of me", none: "Nothing" },
  muted: "Muted",
  mutedUntil: (/** @type {string} */ time) => `Muted until ${time}`,

  // Finding
  partNotLoaded: "This part of Hark could not be loaded. Please try again when there is a connection.",

  // Groups
  manageGroup: (/** @type {string} */ people) => `${people}. Manage the group`,

  // What the server refuses
  failed: (/** @type {number} */ status) => `The server could not do this (HTTP ${status}). Please try again.`,
  // By the code of the problem (docs/protocol.md); for others the server's own words are shown
  problems: {
    too_many_requests: "Too many requests. Please wait a moment and try again.",
    daily_limit: "That is enough of this for one day. Please try again later.",
    body_too_large: "This is larger than the server takes.",
    message_deleted: "This message was deleted.",
    not_author: "Only its author may change a message.",
    blocked: "Messages between the two of you are not possible.",
    request_pending: "Accept the request first, then you can write here.",
    too_many_at_once: "Too much of yours is under way already. Please wait a moment and try again.",
    permission_denied: "You may not do this.",
    not_found: "This is not here any more.",
    service_unavailable: "The server cannot do this right now. Please try again.",
    overloaded: "The server has too much to do right now. Please try again.",
    internal_error: "The server failed. Please try again.",
  },
});
