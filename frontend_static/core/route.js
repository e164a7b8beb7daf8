/** A conversation, and perhaps one message of it. */
const CONVERSATION = /^\/c\/(\d{1,15})(?:\/(\d{1,15}))?\/?$/;

/**
 * The conversation that an address names, or null for the list.
 * @param {string} path
 */
export function conversationOf(path) {
  const match = CONVERSATION.exec(path);
  return match ? Number(match[1]) : null;
}

/** The `seq` of the message that an address names, or null. @param {string} path */
export function messageOf(path) {
  const seq = CONVERSATION.exec(path)?.[2];
  return seq === undefined ? null : Number(seq);
}

export const SETTINGS = "/settings";
/** The fragment of the page that says goodbye to somebody who has deleted their account. */
export const FAREWELL = "#goodbye";

/** Whether an address names the settings. @param {string} path */
export function isSettings(path) {
  return path === SETTINGS || path === `${SETTINGS}/`;
}

/**
 * What the page can show of an address: it, or else the list.
 * @param {unknown} path
 */
export function knownPath(path) {
  const given = typeof path === "string" ? path : "";
  return isSettings(given) ? SETTINGS : pathOf(conversationOf(given), messageOf(given));
}

/** @param {number | null} conversation @param {number | null} [seq] one message of it */
export function pathOf(conversation, seq = null) {
  if (conversation === null) return "/";
  return seq === null ? `/c/${conversation}` : `/c/${conversation}/${seq}`;
}
