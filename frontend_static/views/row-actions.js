import { isClosed, othersIn } from "../core/people.js";
import { strings } from "../core/strings.js";

/** @typedef {import("./message-commands.js").MessageCommands} MessageCommands */

/**
 * What a message shows of its conversation, and what its buttons do.
 * @implements {MessageActions}
 */
export class RowActions {
  /** @param {{session: Session, visit: (path: string) => void, command: (use: (commands: MessageCommands) => void) => void}} tools */
  constructor({ session, visit, command }) {
    this.session = session;
    this.visit = visit;
    this.command = command;
  }

  /** @param {MessageRow} row @param {HTMLElement} opener */
  menu(row, opener) {
    this.command((commands) => commands.menu(row, opener));
  }

  /** @param {MessageRow} row */
  reply(row) {
    this.command((commands) => commands.reply(row));
  }

  /** @param {MessageRow} row @param {string} emoji */
  react(row, emoji) {
    this.command((commands) => commands.react(row, emoji));
  }

  /** @param {MessageRow} row */
  unfold({ seq }) {
    if (seq !== null) this.session.changes.unfold(this.conversation(), seq);
  }

  /** @param {OutboxEntry} entry */
  rewrite(entry) {
    this.command((commands) => commands.rewrite(entry));
  }

  /** @param {OutboxEntry} entry */
  retry({ clientId }) {
    this.session.outbox.retry(clientId);
  }

  /** @param {OutboxEntry} entry */
  discard({ clientId }) {
    this.session.outbox.discard(clientId);
  }

  isClosed() {
    return isClosed(this.session.conversation());
  }

  conversation() {
    return this.session.opened?.id ?? 0;
  }

  /** @param {Person} person */
  nameOf({ id, name }) {
    return id === this.session.me.id ? strings.you : name;
  }

  /** @returns {Naming} */
  naming() {
    const conversation = this.session.conversation();
    const others = conversation ? othersIn(conversation, this.session.me.id) : [];
    return { names: others.map(({ name }) => name), me: this.session.me.name };
  }
}
