/**
 * What the keyboard does. `isSingle`: a character alone, which WCAG 2.1.4 wants to be switched off by those who dictate,
 * and which is a letter like any other while somebody writes.
 * @typedef {{action: ShortcutAction, key: string, isMod?: boolean, isAlt?: boolean, isShift?: boolean, isSingle?: boolean}} Shortcut
 */

/** @type {Shortcut[]} */
export const shortcuts = [
  { action: "switcher", key: "k", isMod: true },
  { action: "search", key: "/", isSingle: true },
  { action: "previous", key: "ArrowUp", isAlt: true },
  { action: "next", key: "ArrowDown", isAlt: true },
  { action: "previousUnread", key: "ArrowUp", isAlt: true, isShift: true },
  { action: "nextUnread", key: "ArrowDown", isAlt: true, isShift: true },
  { action: "readNext", key: "n", isSingle: true },
  { action: "reply", key: "r", isSingle: true },
  { action: "escape", key: "Escape" },
  { action: "keys", key: "?", isSingle: true },
];

/** @typedef {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} Press */

/**
 * What a key asks for.
 * @param {Press} press
 * @param {{isWriting: boolean, hasSingleKeys: boolean}} situation `isWriting`: the press belongs to a text field
 * @returns {ShortcutAction | null}
 */
export function shortcutOf(press, { isWriting, hasSingleKeys }) {
  const found = shortcuts.find((shortcut) => fits(shortcut, press));
  if (!found || (found.isSingle && (isWriting || !hasSingleKeys))) return null;
  return found.action;
}

/** @param {Shortcut} shortcut @param {Press} press */
function fits({ key, isMod = false, isAlt = false, isShift = false, isSingle = false }, press) {
  const pressed = isMod ? press.key.toLowerCase() : press.key;
  // On many keyboards "/" and "?" stand above other characters, behind Shift or even AltGr (which is Ctrl and Alt).
  if (isSingle) return pressed === key && !press.metaKey && press.ctrlKey === press.altKey;
  const hasMod = press.ctrlKey !== press.metaKey;
  return pressed === key && hasMod === isMod && press.altKey === isAlt && press.shiftKey === isShift;
}

/**
 * The keys as they are named on the keyboard.
 * @param {Shortcut} shortcut
 * @param {boolean} isMac
 * @returns {string[]}
 */
export function keysOf({ key, isMod, isAlt, isShift }, isMac) {
  const names = [];
  if (isMod) names.push(isMac ? "⌘" : "Ctrl");
  if (isShift) names.push(isMac ? "⇧" : "Shift");
  if (isAlt) names.push(isMac ? "⌥" : "Alt");
  return [...names, KEY_NAMES[key] ?? key.toUpperCase()];
}

/** @type {Record<string, string>} */
const KEY_NAMES = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

/**
 * The one before or after in a list, starting over at its end; null if there is no other.
 * @param {number[]} ids those one may go to, in the order of the list
 * @param {number[]} all the whole list
 * @param {number | null} current
 * @param {1 | -1} step
 */
export function neighbour(ids, all, current, step) {
  const others = ids.filter((id) => id !== current);
  if (others.length === 0) return null;
  const place = current === null ? -1 : all.indexOf(current);
  if (place === -1) return others[step === 1 ? 0 : others.length - 1];
  const after = others.filter((id) => all.indexOf(id) > place);
  const before = others.filter((id) => all.indexOf(id) < place);
  return step === 1 ? (after[0] ?? others[0]) : (before.at(-1) ?? others[others.length - 1]);
}
