import { blockPerson, declineRequest, unblockPerson } from "../core/consent.js";
import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { isBlocked } from "../core/people.js";

/** @typedef {import("./menu.js").MenuItem} MenuItem */

/** Blocks people and reports messages. */
export class Relations {
  /** @param {{session: Session, toasts: import("./toasts.js").Toasts, report: (seq: number) => void, go: (id: number | null) => void}} tools */
  constructor({ session, toasts, report, go }) {
    this.session = session;
    this.toasts = toasts;
    this.report = report;
    this.go = go;
  }

  /** What can be done about a message of somebody else. @param {MessageRow} row @returns {MenuItem[]} */
  items({ seq, sender }) {
    const conversation = this.session.conversation();
    if (!conversation || seq === null) return [];
    const report = { label: laterStrings.reportMessage, icon: "flag", action: () => this.report(seq) };
    const blocked = isBlocked(conversation, sender.id);
    const label = blocked ? laterStrings.unblockPerson(sender.name) : laterStrings.blockPerson(sender.name);
    const block = { label, icon: "block", danger: !blocked, action: () => void (blocked ? this.unblock(sender) : this.block(sender)) };
    return [report, block];
  }

  /** @param {Person} person @returns {Promise<boolean>} whether it was done */
  block(person) {
    return this.attempt(() => blockPerson(this.session.api, person.id), laterStrings.nowBlocked(person.name));
  }

  /** @param {Person} person @returns {Promise<boolean>} whether it was done */
  unblock(person) {
    return this.attempt(() => unblockPerson(this.session.api, person.id), laterStrings.nowUnblocked(person.name));
  }

  /** @param {number} id @returns {Promise<boolean>} whether it was done */
  decline(id) {
    return this.attempt(() => declineRequest(this.session.api, id));
  }

  /** What it changes is brought by the poll. @param {() => Promise<void>} request @param {string} [done] */
  async attempt(request, done = "") {
    try {
      await request();
      if (done) this.toasts.say(done);
      return true;
    } catch (error) {
      this.toasts.say(laterStrings.notBlocked(explainLater(error)));
      return false;
    }
  }
}
