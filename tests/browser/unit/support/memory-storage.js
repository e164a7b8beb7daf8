/**
 * Keeps the outbox for as long as the page lives.
 * @implements {OutboxStorage}
 */
export class MemoryStorage {
  constructor() {
    /** @type {Map<string, OutboxEntry>} */
    this.entries = new Map();
  }

  async load() {
    return [...this.entries.values()];
  }

  /** @param {OutboxEntry} entry */
  async save(entry) {
    this.entries.set(entry.clientId, entry);
    return true;
  }

  /** @param {string} clientId */
  async remove(clientId) {
    this.entries.delete(clientId);
  }
}
