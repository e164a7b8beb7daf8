import { button, el } from "../dom.js";
import { Status } from "../settings-status.js";
import { FormDialog } from "./form-dialog.js";

/**
 * @typedef {object} AccountTools
 * @property {AccountsApi} api
 * @property {Session} session
 * @property {TimeFormat} time
 * @property {import("../../core/turn.js").Turn} turn
 * @property {boolean} hasFactor whether a code is asked for besides the password
 * @property {() => void} changed something that other sections show
 * @property {(end?: () => Promise<void>, path?: string) => Promise<void>} signOut by that request, and to that page
 */

/** One card of the settings about the account: a title, what it is for, what there is, and a line that says what became of it. */
export class Section {
  /** @param {string} id @param {string} title @param {string} lead @param {AccountTools} tools */
  constructor(id, title, lead, tools) {
    this.tools = tools;
    this.title = el("h3", "", title);
    this.title.id = `${id}-title`;
    this.title.tabIndex = -1;
    this.lead = el("p", "settings-lead", lead);
    this.line = el("p", "setting-status");
    this.line.id = `${id}-status`;
    this.line.setAttribute("role", "status");
    this.status = new Status(this.line, tools.turn);
    this.body = el("div", "account-body");
    this.root = el("section", "settings-section", this.title, this.lead, this.body, this.line);
    this.root.id = `account-${id}`;
    this.root.setAttribute("aria-labelledby", this.title.id);
  }

  /** What the server knows. @returns {Promise<void> | void} */
  load() {}

  /** Whether it shows what nobody can show again. */
  isKeeping() {
    return false;
  }

  get me() {
    return this.tools.session.me;
  }

  /** @param {string} instant */
  moment(instant) {
    const { session, time } = this.tools;
    return time.moment(instant, session.environment.clock.now());
  }

  /** @param {import("./form-dialog.js").Question} question @returns {Promise<boolean>} whether it was done */
  ask(question) {
    this.status.clear();
    return new FormDialog(this.me, question).open();
  }

  /** What proves who one is. @returns {import("./fields.js").Field[]} */
  proof() {
    return [{ kind: "password" }, ...(this.tools.hasFactor ? [{ kind: /** @type {const} */ ("code") }] : [])];
  }

  /** @param {string} label @param {() => unknown} action */
  button(label, action) {
    return button(label, "button", () => void action());
  }
}

/**
 * A line of a list.
 * @param {string} name @param {(string | HTMLElement | null)[]} about what is said of it, in this order
 * @param {HTMLElement | null} action
 */
export function itemOf(name, about, action) {
  const title = el("span", "settings-item-name", name);
  title.dir = "auto";
  const said = about.filter((each) => each !== null && each !== "").flatMap((each, index) => (index > 0 ? [" · ", each] : [each]));
  const text = el("div", "settings-item-text", title, el("span", "settings-item-about", ...said));
  return el("li", "settings-item", text, action);
}

/** @param {string} labelledBy the id of its title @param {HTMLElement[]} items */
export function listOf(labelledBy, items) {
  const list = el("ul", "settings-list", ...items);
  list.setAttribute("aria-labelledby", labelledBy);
  return list;
}
