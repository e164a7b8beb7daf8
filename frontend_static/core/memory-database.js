/**
 * Keeps things for as long as the page lives: on a shared computer nothing is to stay.
 * @implements {KeptStores}
 */
export class MemoryDatabase {
  constructor() {
    /** @type {Map<KeptStoreName, Map<string | number, any>>} */
    this.stores = new Map();
  }

  async reopen() {}

  close() {}

  /** @param {KeptStoreName} name @param {string | number} key */
  async get(name, key) {
    return this.store(name).get(key);
  }

  /** @param {KeptStoreName} name */
  async all(name) {
    return [...this.store(name)];
  }

  /** @param {KeptStoreName} name @param {string | number} key @param {any} value */
  async put(name, key, value) {
    this.store(name).set(key, structuredClone(value));
    return true;
  }

  /** @param {KeptStoreName} name @param {string | number} key */
  async remove(name, key) {
    this.store(name).delete(key);
  }

  async clear() {
    this.stores.clear();
  }

  /** @param {KeptStoreName} name */
  store(name) {
    const store = this.stores.get(name) ?? new Map();
    this.stores.set(name, store);
    return store;
  }
}
