import { parseText } from "../core/markup.js";
import { strings } from "../core/strings.js";
import { el } from "./dom.js";

/**
 * The nodes that show what somebody wrote.
 * @param {string} text
 * @param {Naming} naming who can be mentioned
 * @returns {(Node | string)[]}
 */
export function textNodes(text, naming) {
  return parseText(text, naming).map(node);
}

/** @param {TextPart} part */
function node(part) {
  switch (part.type) {
    case "link":
      return link(part.text, part.href);
    case "mention":
      return mention(part.text, part.me);
    case "code":
      return leftToRight(el("code", "code", part.text));
    case "block":
      return block(part.text);
    default:
      return part.text;
  }
}

/** @param {string} text @param {string} href http, https or mailto */
function link(text, href) {
  const element = el("a", "", text);
  element.href = href;
  element.rel = "noopener noreferrer nofollow ugc";
  if (!href.startsWith("mailto:")) element.target = "_blank";
  return element;
}

/** @param {string} text @param {boolean} isMe */
function mention(text, isMe) {
  const element = isMe ? el("mark", "mention mention-me", text) : el("span", "mention", text);
  element.dir = "auto";
  return element;
}

/** A block may be wider than the bubble: by the keyboard it is scrolled like any other region. @param {string} text */
function block(text) {
  const element = leftToRight(el("pre", "code-block", el("code", "", text)));
  element.tabIndex = 0;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", strings.code);
  return element;
}

/**
 * @template {HTMLElement} Kind
 * @param {Kind} element
 */
function leftToRight(element) {
  element.dir = "ltr";
  return element;
}
