import { pathOf } from "../core/route.js";
import { strings } from "../core/strings.js";
import { button, el } from "./dom.js";

/** What sets code apart says nothing in a few lines of plain text. */
const CODE_MARKS = /```[\w+#.-]*\n|`+/g;

/**
 * The quote of the message that this one answers. It leads there.
 * @param {Quote} quote
 * @param {MessageActions} actions
 */
export function quoteElement(quote, actions) {
  const path = pathOf(actions.conversation(), quote.seq);
  const name = quote.sender ? el("strong", "quote-name", actions.nameOf(quote.sender)) : null;
  const text = el("span", quote.deleted ? "quote-text quote-deleted" : "quote-text", quoteText(quote));
  text.dir = "auto";
  if (name) name.dir = "auto";
  const element = el("a", "quote", el("span", "visually-hidden", strings.inReplyTo, " "), name, text);
  element.href = path;
  element.addEventListener("click", (event) => {
    // With a key held down it is opened elsewhere, as any link.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    actions.visit(path);
  });
  return element;
}

/** @param {Quote} quote */
export function quoteText({ sender, text, deleted }) {
  if (deleted) return strings.deleted;
  return sender ? text.replace(CODE_MARKS, "") : strings.quoteUnknown;
}

/**
 * Who reacted, and with what. A press adds one's own, or takes it back.
 * @param {MessageRow} row
 * @param {MessageActions} actions
 */
export function reactionsElement(row, actions) {
  const chips = row.reactions.map((chip) => chipElement(row, chip, actions));
  const element = el("div", "reactions", ...chips);
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", strings.reactions);
  return element;
}

/** @param {MessageRow} row @param {ReactionChip} chip @param {MessageActions} actions */
function chipElement(row, { emoji, count, own, names }, actions) {
  const chip = button("", "reaction", () => actions.isClosed() || actions.react(row, emoji));
  chip.append(el("span", "reaction-emoji", emoji), el("span", "reaction-count", String(count)));
  chip.setAttribute("aria-pressed", String(own));
  chip.setAttribute("aria-label", strings.reactedBy(emoji, names));
  chip.title = names;
  chip.dataset.part = emoji;
  if (actions.isClosed()) chip.ariaDisabled = "true";
  return chip;
}
