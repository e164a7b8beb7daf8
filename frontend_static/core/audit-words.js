import { accountStrings } from "./account-strings.js";

/**
 * What happened to an account, in words; an event that this page does not know yet has words too.
 * @param {AuditEntry} entry
 * @param {number} meId
 * @returns {{text: string, by: string}} `by` is empty where it was oneself or the machine
 */
export function auditWords({ event, actor }, meId) {
  /** @type {Record<string, string>} */
  const events = accountStrings.events;
  const text = Object.hasOwn(events, event) ? events[event] : accountStrings.otherEvent;
  if (actor === null || actor.id === meId) return { text, by: "" };
  return { text, by: actor.name === "" ? accountStrings.byErased : accountStrings.byOther(actor.name) };
}
