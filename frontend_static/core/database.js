/** A database that has not answered by then will not: the page goes on without it. */
const PATIENCE_MS = 2000;
const VERSION = 1;

/** @type {KeptStoreName[]} */
const STORES = ["state", "outbox", "drafts"];

/**
 * One IndexedDB database. Nothing here throws: a browser may refuse to keep anything (private windows, a full disk), and
 * then reading finds nothing and writing says false.
 * @implements {KeptStores}
 */
export class Database {
  /** @param {{factory: IDBFactory | undefined, name: string, clock: Clock}} tools */
  constructor({ factory, name, clock }) {
    this.factory = factory;
    this.name = name;
    this.clock = clock;
    /** @type {IDBDatabase | null} */
    this.connection = null;
    /** @type {Promise<void> | null} */
    this.opening = null;
    this.isClosed = false;
  }

  /** Resolves when it is open, or given up. */
  open() {
    this.opening ??= inTime(this.clock, this.connect()).catch(() => this.close());
    return this.opening;
  }

  async connect() {
    if (!this.factory) throw new Error("This browser has no IndexedDB.");
    const request = this.factory.open(this.name, VERSION);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    const connection = await answered(request);
    if (this.isClosed) connection.close();
    else this.take(connection);
  }

  /** @param {IDBDatabase} connection */
  take(connection) {
    this.connection = connection;
    // Another page deletes it: whose it was has signed out, and nothing may be written any more.
    connection.onversionchange = () => this.close();
    // The browser itself closed it, as some do with pages in the background: open again when it is next needed.
    connection.onclose = () => {
      this.connection = null;
      this.opening = null;
    };
  }

  close() {
    this.isClosed = true;
    this.connection?.close();
    this.connection = null;
  }

  /** After `close`: the same person is back. */
  reopen() {
    if (this.isClosed) this.opening = null;
    this.isClosed = false;
    return this.open();
  }

  /** @param {KeptStoreName} name @param {string | number} key @returns {Promise<any>} */
  get(name, key) {
    return this.transact(name, "readonly", (store) => store.get(key));
  }

  /** @param {KeptStoreName} name @returns {Promise<[string | number, any][]>} */
  async all(name) {
    const [keys, values] = await Promise.all([
      this.transact(name, "readonly", (store) => store.getAllKeys()),
      this.transact(name, "readonly", (store) => store.getAll()),
    ]);
    return keys?.length === values?.length ? (keys ?? []).map((key, index) => [/** @type {any} */ (key), values?.[index]]) : [];
  }

  /** @param {KeptStoreName} name @param {string | number} key @param {any} value @returns {Promise<boolean>} whether it is kept */
  async put(name, key, value) {
    return (await this.transact(name, "readwrite", (store) => store.put(value, key))) !== undefined;
  }

  /** @param {KeptStoreName} name @param {string | number} key */
  async remove(name, key) {
    await this.transact(name, "readwrite", (store) => store.delete(key));
  }

  async clear() {
    await Promise.all(STORES.map((name) => this.transact(name, "readwrite", (store) => store.clear())));
  }

  /**
   * Once it is open the request leaves in the same turn: a page that is killed right after has written all the same.
   * @template Result
   * @param {KeptStoreName} name
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<Result>} work
   * @returns {Promise<Result | undefined>}
   */
  transact(name, mode, work) {
    if (this.connection) return inTime(this.clock, run(this.connection, name, mode, work)).catch(() => undefined);
    if (this.isClosed) return Promise.resolve(undefined);
    return this.open().then(() => (this.connection ? this.transact(name, mode, work) : undefined));
  }
}

/**
 * Delete a database with all that is in it; one that is still open elsewhere goes when it is closed there.
 * @param {IDBFactory | undefined} factory
 * @param {string} name
 * @param {Clock} clock
 */
export async function deleteDatabase(factory, name, clock) {
  if (!factory) return;
  try {
    await inTime(clock, answered(factory.deleteDatabase(name)));
  } catch {
    // The browser keeps it from us; what could be removed from within has been.
  }
}

/**
 * @template Result
 * @param {IDBRequest<Result>} request
 * @returns {Promise<Result>}
 */
function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template Result
 * @param {IDBDatabase} connection
 * @param {KeptStoreName} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<Result>} work
 * @returns {Promise<Result>}
 */
function run(connection, name, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = connection.transaction(name, mode);
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
    // Not when the page next gets round to it: it may not live so long.
    transaction.commit?.();
  });
}

/**
 * @template Result
 * @param {Clock} clock
 * @param {Promise<Result>} work
 * @returns {Promise<Result>}
 */
function inTime(clock, work) {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(new Error("The database does not answer.")), PATIENCE_MS);
    work.then(resolve, reject).finally(() => clock.clearTimeout(timer));
  });
}
