/** The groups in which the settings are shown, and the fragments of their addresses: /settings#security. */
export const GROUPS = ["notifications", "general", "security", "data"];

/**
 * The group that the fragment of an address names; the first one for any other.
 * @param {string} hash with its "#", or empty
 */
export function groupOf(hash) {
  return GROUPS.find((group) => hash === `#${group}`) ?? GROUPS[0];
}
