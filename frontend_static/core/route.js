/**
 * The conversation that an address names, or null for the list.
 * @param {string} path
 */
export function conversationOf(path) {
  const match = /^\/c\/(\d{1,15})(?:\/\d{1,15})?\/?$/.exec(path);
  return match ? Number(match[1]) : null;
}

export const SETTINGS = "/settings";

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
  return isSettings(given) ? SETTINGS : pathOf(conversationOf(given));
}

/** Where a message is. @param {number} conversation @param {number} seq */
export function messagePath(conversation, seq) {
  return `/c/${conversation}/${seq}`;
}

/** @param {number | null} conversation */
export function pathOf(conversation) {
  return conversation === null ? "/" : `/c/${conversation}`;
}
