import { isolate, number, plurals } from "./locale.js";
import { vocabulary } from "./vocabulary.js";

const plural = plurals("en");

/** What is said only by parts of the page that are loaded after the first look; see strings.js. */
export const laterStrings = vocabulary({
  react: "React",
  reactWith: (/** @type {string} */ emoji) => `React with ${emoji}`,
  moreEmoji: "More emoji",
  copy: "Copy text",
  copyLink: "Copy link",
  copied: "Copied",
  notCopied: "This browser did not let the page copy that.",
  markUnread: "Mark unread from here",
  markedUnread: "Marked unread",
  edit: "Edit",
  remove: "Delete",
  undo: "Undo",
  keep: "Keep it",
  notDeletedYet: "The message is not deleted yet. Trying again…",
  notDeleted: (/** @type {string} */ reason) => `The message was not deleted. ${reason}`,
  reactionNotSaved: (/** @type {string} */ reason) => `Your reaction was not saved. ${reason}`,
  notMarkedUnread: (/** @type {string} */ reason) => `It was not marked unread. ${reason}`,
  searchEmoji: "Search emoji",
  noEmojiFound: "No emoji by that name.",
  /** In other languages than English, whose names core/emoji.js has. @type {Record<string, string>} */
  emojiNames: {},
  nobodyFound: "Nobody found. People you do not know are found by their whole address, if they allow it.",
  signOut: "Sign out",
  removePerson: (/** @type {string} */ name) => `Remove ${isolate(name)}`,
  startChat: "Start chat",
  createGroup: "Create group",

  // Times in sentences
  at: (/** @type {string} */ time) => `at ${time}`,
  shortly: "shortly",
  inLessThanAMinute: "in less than a minute",
  inMinutes: (/** @type {number} */ count) => `in ${number(count)} min`,

  // What became of a message
  reachLooking: (/** @type {string} */ name) => `${isolate(name)} is here`,
  reachNotTold: (/** @type {string} */ name) => `${isolate(name)} is not notified`,
  reachWaiting: (/** @type {string} */ name, /** @type {ReachChannel | null} */ channel, /** @type {string} */ when) =>
    `${isolate(name)} ${channel === "email" ? "will get an email" : "will be notified"} ${when}`,
  reachedLooking: "is here",
  reachedNot: "is not notified",
  reachedRead: (/** @type {string} */ time) => `read ${time}`.trim(),
  reachedBy: (/** @type {ReachChannel | null} */ channel, /** @type {string} */ time) =>
    `${channel === "email" ? "emailed" : channel === "push" ? "push sent" : "notified"} ${time}`.trim(),
  reachesBy: (/** @type {ReachChannel | null} */ channel, /** @type {string} */ when) =>
    `${channel === "email" ? "will get an email" : "will be notified"} ${when}`,
  countEmailed: (/** @type {number} */ count) => `emailed ${number(count)}`,
  countPushed: (/** @type {number} */ count) => `push sent to ${number(count)}`,
  countWaiting: (/** @type {number} */ count) => `${number(count)} waiting`,
  countLooking: (/** @type {number} */ count) => `${number(count)} here`,
  countNotTold: (/** @type {number} */ count) => `${number(count)} not notified`,
  reachDetails: "details",
  reachOf: (/** @type {string} */ summary) => `Who was reached: ${summary}`,

  // Notifications of a conversation
  muteSpans: { hour: "Mute for 1 hour", morning: "Mute until tomorrow 8:00", forever: "Mute until I turn it back" },
  unmute: "Turn back on",
  notificationsAre: (/** @type {string} */ words) => `Notifications: ${words}`,
  notificationsOf: (/** @type {string} */ name) => `Turn notifications of ${isolate(name)} back on`,

  // Settings
  settings: "Settings",
  saved: "Saved",
  notSaved: (/** @type {string} */ reason) => `Not saved. ${reason}`,
  tryAgain: "Try again",
  delayDefault: (/** @type {string} */ delay) => `${delay} (recommended)`,
  delayWithPush: (/** @type {string} */ delay) => `${delay} where a push went before, unless you choose.`,
  afterSeconds: (/** @type {number} */ count) =>
    count === 0 ? "At once" : plural(count, { one: `After ${number(count)} second`, other: `After ${number(count)} seconds` }),
  afterMinutes: (/** @type {number} */ count) =>
    plural(count, { one: `After ${number(count)} minute`, other: `After ${number(count)} minutes` }),
  afterHours: (/** @type {number} */ count) =>
    plural(count, { one: `After ${number(count)} hour`, other: `After ${number(count)} hours` }),
  quietZone: (/** @type {string} */ zone) => `By the clock in ${isolate(zone)}. What comes meanwhile waits, and is told once at the end.`,
  quietSame: "The hours must begin and end at different times.",
  quietIncomplete: "Give both times.",
  zoneDiffers: (/** @type {string} */ zone) => `This browser is in ${isolate(zone)}.`,
  suppressedSince: (/** @type {string} */ email, /** @type {string} */ day) => `No email has been sent to ${isolate(email)} since ${day}.`,
  mailAgain: "Email will be tried again.",
  pushStates: {
    unsupported:
      "This browser cannot take push notifications here. They need a secure connection (https); on an iPhone or iPad, add Hark to the home screen first.",
    denied:
      "This browser blocks notifications of this site. Allow them in the site's settings (the symbol beside the address), then come back here.",
    off: "Push notifications are off in this browser.",
    on: "Push notifications are on in this browser.",
  },
  pushFailed: "This browser could not reach its push service. Please try again later.",
  turnOnHere: "Turn on in this browser",
  turnOffHere: "Turn off in this browser",
  thisBrowser: "This browser",
  lastSeen: (/** @type {string} */ time) => `Last seen ${time}`,
  removeFromList: "Remove",
  removeDevice: (/** @type {string} */ name) => `Remove ${isolate(name)}`,
  sendTest: "Send me a test",
  sendTestTo: (/** @type {string} */ name) => `Send a test to ${isolate(name)}`,
  testUnderWay: "On its way. If it has not come within a minute, the log below says why.",
  aConversation: "a conversation",

  // Finding
  searching: "Searching…",
  nothingFound: "No message has these words.",
  foundAll: (/** @type {number} */ count) => plural(count, { one: `${number(count)} message`, other: `${number(count)} messages` }),
  foundNewest: (/** @type {number} */ count) =>
    plural(count, { one: `The newest ${number(count)} message`, other: `The newest ${number(count)} messages` }),
  searchFailed: (/** @type {string} */ reason) => `The search failed. ${reason}`,
  searchIn: (/** @type {string} */ name) => `In ${isolate(name)}`,
  nowhereFound: "No conversation and nobody by that name.",
  peopleNotSearched: (/** @type {string} */ reason) => `People could not be searched. ${reason}`,
  choicesFound: (/** @type {number} */ count) => `${number(count)} found`,
  startWith: "Start a conversation",

  // The keyboard
  keyboard: "Keyboard shortcuts",
  keyJoin: "+",
  shortcuts: {
    switcher: "Go to a conversation or a person",
    search: "Search in messages",
    previous: "The conversation above",
    next: "The conversation below",
    previousUnread: "The unread conversation above",
    nextUnread: "The unread conversation below",
    readNext: "Read what is unread next",
    reply: "Write an answer",
    escape: "Leave the message field; then mark as read; then back to the list",
    keys: "Show these shortcuts",
  },
  markedRead: "Marked as read",
  nothingUnread: "Nothing is unread",

  // What the server refuses of all this, by the code of the problem (docs/protocol.md)
  laterProblems: {
    too_much_at_once: "That is too much at once. Please take fewer.",
    search_running: "Your last search still runs. Please wait a moment.",
    not_owner: "Only the owner of the group can do this.",
    conversation_full: "A group holds at most 500 people.",
    direct_is_fixed: "A conversation of two has no name, and nobody can be added.",
    push_endpoint_refused: "This browser's push service is not known to the server.",
    push_unavailable: "Push notifications are switched off on this server.",
    search_too_broad: "Too many messages have these words. Add another one.",
    too_many_blocks: "You block as many people as one can. Unblock somebody first.",
    no_request: "This request was answered already.",
  },

  // Requests, blocks and reports
  wantsToTalk: (/** @type {string} */ name) => `${isolate(name)} wants to talk to you`,
  asksToJoin: (/** @type {string} */ name) => `${isolate(name)} asks you to join this group`,
  requestText: "You can read what is here before you decide. Nobody sees that you did, and you get no notifications until you accept.",
  accept: "Accept",
  decline: "Decline",
  block: "Block",
  blockPerson: (/** @type {string} */ name) => `Block ${isolate(name)}`,
  unblock: "Unblock",
  unblockPerson: (/** @type {string} */ name) => `Unblock ${isolate(name)}`,
  youBlock: (/** @type {string} */ name) => `You block ${isolate(name)}`,
  blockText: "Neither of you can write here, or sees whether the other one is there.",
  nowBlocked: (/** @type {string} */ name) => `You block ${isolate(name)} now.`,
  nowUnblocked: (/** @type {string} */ name) => `You no longer block ${isolate(name)}.`,
  notBlocked: (/** @type {string} */ reason) => `That was not changed. ${reason}`,
  blockedSince: (/** @type {string} */ day) => `Since: ${day}`,
  reportMessage: "Report message",
  reportTitle: "Report this message",
  reportText: "Those who run this Hark will read it as it is now, with who wrote it. Nobody else learns that you reported it.",
  reportWhy: "What is wrong with it?",
  reportReasons: { spam: "It is advertising, or a fraud", abuse: "It insults or threatens", other: "Something else" },
  reportNote: "What should they know? (optional)",
  reportSend: "Report",
  reported: "The message was reported.",
  cancel: "Cancel",

  // Groups
  owner: "Owner",
  youAnd: (/** @type {string} */ name) => `${isolate(name)} (you)`,
  removeFromGroup: "Remove",
  removeFromGroupLabel: (/** @type {string} */ name) => `Remove ${isolate(name)} from the group`,
  removedFromGroup: (/** @type {string} */ name) => `${isolate(name)} was removed.`,
  addToGroup: "Add",
  addToGroupLabel: (/** @type {string} */ name) => `Add ${isolate(name)} to the group`,
  addedToGroup: (/** @type {string} */ name) => `${isolate(name)} was added.`,
  renamed: "The new name is saved.",
  nobodyToAdd: "Nobody else by that name.",
});
