/**
 * The outbox in the database, shared by all tabs of one person. Each entry belongs to the tab that sends it; the entries
 * of a tab that is gone pass to another one. Should two tabs ever send the same one, its `client_id` makes it one message.
 * @implements {OutboxStorage}
 */
export class KeptOutbox {
  /** @param {{stores: KeptStores, tabs: import("./tab-locks.js").TabLocks}} tools */
  constructor({ stores, tabs }) {
    this.stores = stores;
    this.tabs = tabs;
    /** @type {() => void} */
    this.orphaned = () => {};
  }

  /** The entries of this tab, and of those that are gone: they are this tab's from now on. @returns {Promise<OutboxEntry[]>} */
  load() {
    return this.tabs.alone(async () => {
      const entries = (await this.stores.all("outbox")).map(([, entry]) => entry).filter(isEntry);
      if (entries.length === 0) return [];
      const living = await this.tabs.living();
      const mine = entries.filter(({ owner }) => owner === this.tabs.id || !living.has(owner ?? ""));
      mine.filter(({ owner }) => owner !== this.tabs.id).forEach((entry) => this.save(entry));
      this.watch(entries.filter((entry) => !mine.includes(entry)));
      return mine;
    });
  }

  /** @param {OutboxEntry[]} entries of other tabs */
  watch(entries) {
    const owners = new Set(entries.map(({ owner }) => owner ?? ""));
    for (const owner of owners) this.tabs.whenGone(owner, () => this.orphaned());
  }

  /** @param {OutboxEntry} entry @returns {Promise<boolean>} whether it is kept */
  save(entry) {
    entry.owner = this.tabs.id;
    return this.stores.put("outbox", entry.clientId, { ...entry });
  }

  /** @param {string} clientId */
  async remove(clientId) {
    await this.stores.remove("outbox", clientId);
  }
}

/** @param {any} value @returns {value is OutboxEntry} */
function isEntry(value) {
  return typeof value?.clientId === "string" && typeof value.text === "string" && Number.isInteger(value.conversation);
}
