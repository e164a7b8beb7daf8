import { isOnlyEmoji } from "../core/emoji-only.js";
import { strings } from "../core/strings.js";
import { personAvatar } from "./avatar.js";
import { button, el, icon } from "./dom.js";
import { quoteElement, reactionsElement } from "./message-extras.js";
import { textNodes } from "./message-text.js";
import { marksInWords, personMarks } from "./person-marks.js";

/**
 * The element of a row.
 * @param {Row} row
 * @param {boolean} isGroup whether it must be said who wrote
 * @param {TimeFormat} time
 * @param {MessageActions} actions
 */
export function rowElement(row, isGroup, time, actions) {
  if (row.type === "message") return messageElement(row, isGroup, time, actions);
  const line = el("div", row.type === "day" ? "day" : "unread-line", row.type === "day" ? row.label : strings.newMessages);
  line.setAttribute("role", "separator");
  line.setAttribute("aria-label", line.textContent ?? "");
  return line;
}

/** @param {MessageRow} row @param {boolean} isGroup @param {TimeFormat} time @param {MessageActions} actions */
function messageElement(row, isGroup, time, actions) {
  const element = el("article", classes(row));
  element.setAttribute("aria-label", [row.own ? strings.you : row.sender.name, ...marksInWords(row.marks), time.full(row.createdAt)].join(", "));
  element.dataset.key = row.key;
  if (row.seq !== null) element.dataset.seq = String(row.seq);
  if (isGroup && !row.own && row.first) element.append(senderName(row));
  if (isGroup && !row.own && row.last) element.append(personAvatar(row.sender));
  element.append(bubble(row, time, actions));
  if (row.seq !== null && !row.deleted && !row.folded) element.append(tools(row, actions));
  if (row.reactions.length > 0) element.append(reactionsElement(row, actions));
  const meta = metaLine(row, time, actions);
  if (meta) element.append(meta);
  return element;
}

/** @param {MessageRow} row */
function classes(row) {
  const names = ["message"];
  if (row.own) names.push("message-own");
  if (row.first) names.push("message-first");
  if (row.last) names.push("message-last");
  if (row.entry) names.push(`message-${row.entry.state}`);
  return names.join(" ");
}

/** @param {MessageRow} row */
function senderName({ sender, marks }) {
  const name = el("bdi", "", sender.name);
  return el("span", "message-sender", name, ...personMarks(marks));
}

/** @param {MessageRow} row @param {TimeFormat} time @param {MessageActions} actions */
function bubble(row, time, actions) {
  if (row.deleted) return el("div", "bubble bubble-deleted", strings.deleted);
  if (row.folded) return foldedBubble(row, actions);
  const isLarge = isOnlyEmoji(row.text) && !row.quote;
  const element = el("div", isLarge ? "bubble bubble-emoji" : "bubble", row.quote ? quoteElement(row.quote, actions) : null);
  const text = el("div", "bubble-text", ...textNodes(row.text, actions.naming()));
  text.dir = "auto";
  element.append(text);
  element.title = time.full(row.createdAt);
  return element;
}

/** A message of somebody whom the reader blocks. @param {MessageRow} row @param {MessageActions} actions */
function foldedBubble(row, actions) {
  const show = button(strings.show, "link-button", () => actions.unfold(row));
  return el("div", "bubble bubble-deleted", `${strings.blockedMessage} `, show);
}

/** What can be done to a message, beside it. @param {MessageRow} row @param {MessageActions} actions */
function tools(row, actions) {
  const reply = tool("reply", strings.reply);
  reply.addEventListener("click", () => actions.reply(row));
  const more = tool("more", strings.messageActions);
  more.classList.add("message-actions");
  more.setAttribute("aria-haspopup", "menu");
  more.setAttribute("aria-expanded", "false");
  more.addEventListener("click", () => actions.menu(row, more));
  return el("div", "message-tools", reply, more);
}

/** @param {string} picture @param {string} label */
function tool(picture, label) {
  const element = el("button", `icon-button icon-button-small message-${picture}`, icon(picture));
  element.type = "button";
  element.dataset.part = picture;
  element.setAttribute("aria-label", label);
  element.title = label;
  return element;
}

/** @param {MessageRow} row @param {TimeFormat} time @param {MessageActions} actions */
function metaLine(row, time, actions) {
  const parts = [];
  if (row.last) parts.push(timeElement(row, time));
  if (row.edited) parts.push(el("span", "", strings.edited));
  if (row.receipt) parts.push(el("span", row.receipt === strings.sent ? "" : "message-read", row.receipt));
  if (row.entry) parts.push(...stateParts(row.entry, actions));
  return parts.length > 0 ? el("div", "message-meta", ...parts) : null;
}

/** @param {MessageRow} row @param {TimeFormat} time */
function timeElement(row, time) {
  const element = el("time", "", time.timeOfDay(row.createdAt));
  element.dateTime = row.createdAt;
  element.title = time.full(row.createdAt);
  return element;
}

/** @param {OutboxEntry} entry @param {MessageActions} actions */
function stateParts(entry, actions) {
  if (entry.state === "sending") return [el("span", "message-state", strings.sending)];
  const again = entry.state === "waiting"
    ? button(strings.retry, "link-button", () => actions.retry(entry))
    : button(strings.editAgain, "link-button", () => actions.rewrite(entry));
  const state = entry.state === "waiting" ? strings.waiting : strings.refused(entry.reason);
  const discard = button(strings.discard, "link-button", () => actions.discard(entry));
  return [el("span", "message-state", state), again, discard];
}
