/**
 * The conversation that an address names, or null for the list.
 * @param {string} path
 */
export function conversationOf(path) {
  const match = /^\/c\/(\d{1,15})\/?$/.exec(path);
  return match ? Number(match[1]) : null;
}

/** @param {number | null} conversation */
export function pathOf(conversation) {
  return conversation === null ? "/" : `/c/${conversation}`;
}
