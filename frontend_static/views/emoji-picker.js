import { findEmoji } from "../core/emoji.js";
import { laterStrings } from "../core/later-strings.js";
import { button, el } from "./dom.js";

/** @typedef {import("./menu.js").Menu} Menu */

/**
 * Everything that can be reacted with, in the page's menu. It is loaded when it is first asked for.
 * @param {{menu: Menu, opener: HTMLElement, picked: (emoji: string) => void, isSheet: boolean}} tools
 */
export function openEmojiPicker({ menu, opener, picked, isSheet }) {
  const query = el("input", "emoji-query");
  query.type = "search";
  query.placeholder = laterStrings.searchEmoji;
  query.setAttribute("aria-label", laterStrings.searchEmoji);
  query.autocomplete = "off";
  const found = el("div", "emoji-found");
  const none = el("p", "emoji-none");
  none.setAttribute("role", "status");
  const pick = (/** @type {string} */ emoji) => {
    menu.close();
    picked(emoji);
  };
  const render = () => {
    const groups = findEmoji(query.value);
    found.replaceChildren(...groups.map((group) => groupElement(group, pick)));
    none.textContent = groups.length === 0 ? laterStrings.noEmojiFound : "";
  };
  query.addEventListener("input", render);
  const panel = el("div", "emoji-picker", query, found, none);
  panel.addEventListener("keydown", (event) => keydown(event, panel));
  render();
  menu.openPanel(opener, panel, { label: laterStrings.react, isSheet });
  query.focus();
}

/** @param {{name: string, emoji: {emoji: string, name: string}[]}} group @param {(emoji: string) => void} pick */
function groupElement({ name, emoji }, pick) {
  const choices = emoji.map((each, index) => {
    const choice = button(each.emoji, "emoji-choice", () => pick(each.emoji));
    choice.setAttribute("aria-label", each.name);
    // One stop a group for Tab; the arrows go on from there.
    choice.tabIndex = index === 0 ? 0 : -1;
    choice.title = each.name;
    return choice;
  });
  const group = el("div", "emoji-group", ...choices);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", name);
  return el("div", "", el("p", "emoji-group-name", name), group);
}

/** Arrows go from one to the next as they stand, Enter in the search takes the first. @param {KeyboardEvent} event @param {HTMLElement} panel */
function keydown(event, panel) {
  const choices = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll(".emoji-choice")]);
  const index = choices.findIndex((each) => each === document.activeElement);
  const isQuery = index < 0;
  if (event.isComposing) return;
  if (isQuery && event.key === "Enter") choices[0]?.click();
  else if (isQuery && event.key === "ArrowDown") choices[0]?.focus();
  else if (!isQuery && event.key.startsWith("Arrow")) nextChoice(choices, index, event.key)?.focus();
  else return;
  event.preventDefault();
}

/** @param {HTMLElement[]} choices @param {number} index @param {string} key */
function nextChoice(choices, index, key) {
  const here = choices[index].getBoundingClientRect();
  const isBack = getComputedStyle(choices[index]).direction === "rtl" ? key === "ArrowRight" : key === "ArrowLeft";
  if (key === "ArrowLeft" || key === "ArrowRight") return choices[index + (isBack ? -1 : 1)];
  const isUp = key === "ArrowUp";
  const rows = choices.filter((each) => (isUp ? bottomOf(each) <= here.top + 1 : topOf(each) >= here.bottom - 1));
  const row = isUp ? topOf(rows.at(-1)) : topOf(rows[0]);
  const inRow = rows.filter((each) => topOf(each) === row);
  return inRow.sort((one, other) => Math.abs(leftOf(one) - here.left) - Math.abs(leftOf(other) - here.left))[0];
}

/** @param {HTMLElement | undefined} element */
const topOf = (element) => element?.getBoundingClientRect().top ?? 0;
/** @param {HTMLElement} element */
const bottomOf = (element) => element.getBoundingClientRect().bottom;
/** @param {HTMLElement} element */
const leftOf = (element) => element.getBoundingClientRect().left;
