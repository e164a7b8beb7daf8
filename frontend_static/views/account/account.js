import { AccountsApi } from "../../core/accounts-api.js";
import { Turn } from "../../core/turn.js";
import { Activity } from "./activity.js";
import { Address } from "./address.js";
import { Erase } from "./erase.js";
import { Exports } from "./exports.js";
import { Password } from "./password.js";
import { SecondFactorSection } from "./second-factor.js";
import { Sessions } from "./sessions.js";
import { Tokens } from "./tokens.js";
import { part } from "../dom.js";

/** @typedef {import("./section.js").AccountTools} AccountTools */
/** @typedef {import("./section.js").Section} Section */
/** @typedef {"security" | "data"} AccountGroup */

/** @type {Record<AccountGroup, (new (tools: AccountTools) => Section)[]>} */
const SECTIONS = {
  security: [Password, SecondFactorSection, Sessions, Tokens, Address, Activity],
  data: [Exports, Erase],
};

/** The two groups of the settings that are about the account. They are built when they are first looked at. */
export class Account {
  /** @param {{session: Session, time: TimeFormat, signOut: AccountTools["signOut"]}} tools */
  constructor({ session, time, signOut }) {
    const api = new AccountsApi(session.api);
    /** @type {AccountTools} */
    this.tools = { api, session, time, signOut, turn: new Turn(), hasFactor: false, changed: () => this.changed() };
    /** @type {Map<string, Section[]>} */
    this.built = new Map();
  }

  /** What the server knows is asked anew each time. @param {string} group one of the settings */
  open(group) {
    if (!isOfAccount(group)) return;
    if (group === "data") this.lookForFactor();
    for (const section of this.sectionsOf(group)) section.load();
  }

  /** @param {AccountGroup} group */
  sectionsOf(group) {
    const known = this.built.get(group);
    if (known) return known;
    const sections = SECTIONS[group].map((Kind) => new Kind(this.tools));
    part(`account-${group}`, HTMLDivElement).replaceChildren(...sections.map(({ root }) => root));
    this.built.set(group, sections);
    return sections;
  }

  /** Whether a code is to be asked for besides the password. Who is not asked for it now is asked when the server wants it. */
  async lookForFactor() {
    try {
      this.tools.hasFactor = (await this.tools.api.secondFactor()).enabled;
    } catch {
      // Each section says for itself that the server does not answer.
    }
  }

  /** Something ended other sessions or tokens, or made an entry in the log. */
  changed() {
    for (const section of this.built.get("security") ?? []) {
      if (section instanceof Sessions || section instanceof Tokens || section instanceof Activity) section.load();
    }
  }

  /** What was said is not there when somebody comes back; recovery codes are, until their person has kept them. */
  close() {
    for (const [group, sections] of this.built) {
      if (sections.some((section) => section.isKeeping())) continue;
      part(`account-${group}`, HTMLDivElement).replaceChildren();
      this.built.delete(group);
    }
  }
}

/** @param {string} group @returns {group is AccountGroup} */
function isOfAccount(group) {
  return Object.hasOwn(SECTIONS, group);
}
