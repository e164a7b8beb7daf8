import { Belongings } from "./belongings.js";
import { Database, deleteDatabase } from "./database.js";
import { MemoryDatabase } from "./memory-database.js";
import { Remembered } from "./remembered.js";

const PREFIX = "hark-";
/** A cookie that ends with the browser, as the session itself does then; all tabs see it. */
const SHARED = "hark-shared";

/** What this browser keeps, and of whom: of one person at a time, and of nobody on a shared computer. */
export class BrowserMemory {
  /**
   * @param {object} tools
   * @param {IDBFactory | undefined} tools.factory
   * @param {() => Storage} tools.storage
   * @param {{cookie: string}} tools.document
   * @param {import("./tab-locks.js").TabLocks} tools.tabs
   * @param {Clock} tools.clock
   */
  constructor({ factory, storage, document, tabs, clock }) {
    this.factory = factory;
    this.remembered = new Remembered(storage);
    this.document = document;
    this.tabs = tabs;
    this.clock = clock;
  }

  /** Who used it last. @returns {Me | null} */
  person() {
    return this.isShared() ? null : this.remembered.person();
  }

  isShared() {
    return this.document.cookie.split("; ").includes(`${SHARED}=1`);
  }

  /** @param {boolean} isShared as the person who signs in says */
  setShared(isShared) {
    this.document.cookie = `${SHARED}=1; path=/; SameSite=Lax${isShared ? "" : "; max-age=0"}`;
  }

  /** @param {Me} me */
  of(me) {
    const { tabs, clock } = this;
    const stores = this.isShared() ? new MemoryDatabase() : this.database(me);
    return new Belongings({ stores, tabs, clock });
  }

  /** @param {Me} me */
  database(me) {
    return new Database({ factory: this.factory, name: nameOf(me), clock: this.clock });
  }

  /** They are signed in: the next page begins with them, and nothing of anybody else stays. @param {Me} me */
  async keepOnly(me) {
    const isShared = this.isShared();
    const before = this.remembered.person();
    this.remembered.set(isShared ? null : me);
    if (isShared || before?.id !== me.id) await this.deleteAll(before, isShared ? null : me);
  }

  /** Nobody stays. */
  async wipe() {
    const before = this.remembered.person();
    this.remembered.set(null);
    await this.deleteAll(before, null);
  }

  /** @param {Me | null} before @param {Me | null} except */
  async deleteAll(before, except) {
    const names = new Set(await this.names());
    if (before) names.add(nameOf(before));
    if (except) names.delete(nameOf(except));
    await Promise.all([...names].map((name) => deleteDatabase(this.factory, name, this.clock)));
  }

  /** Some browsers do not tell; then the one that is remembered is all there is. */
  async names() {
    try {
      const databases = (await this.factory?.databases?.()) ?? [];
      return databases.map(({ name = "" }) => name).filter((name) => /^hark-\d+$/.test(name));
    } catch {
      return [];
    }
  }
}

/** @param {Me} me */
function nameOf({ id }) {
  return `${PREFIX}${id}`;
}
