import { Drafts } from "./drafts.js";
import { KeptOutbox } from "./kept-outbox.js";
import { readSnapshot } from "./snapshot.js";

const SNAPSHOT = "snapshot";

/** What this browser keeps of one person: how the chat looked last, what is still to be sent, and unsent text. */
export class Belongings {
  /** @param {{stores: KeptStores, tabs: import("./tab-locks.js").TabLocks, clock: Clock}} tools */
  constructor({ stores, tabs, clock }) {
    this.stores = stores;
    this.outbox = new KeptOutbox({ stores, tabs });
    this.drafts = new Drafts({ stores, clock });
  }

  /** @returns {Promise<import("./snapshot.js").Snapshot | null>} how the chat looked last, if that is known */
  async load() {
    const [text] = await Promise.all([this.stores.get("state", SNAPSHOT), this.drafts.load()]);
    return text === undefined ? null : readSnapshot(text);
  }

  /** @param {string} text */
  saveSnapshot(text) {
    this.stores.put("state", SNAPSHOT, text);
  }

  /** The person was signed out: what they wrote stays for them, what they read does not stay for others. */
  forgetSnapshot() {
    this.stores.remove("state", SNAPSHOT);
  }

  /** They are back at this page. @param {boolean} isShared whether it now stands on a shared computer */
  async resume(isShared) {
    if (!isShared) await this.stores.reopen();
    else await this.end();
  }

  /** Nothing of them stays, and nothing is written any more. */
  async wipe() {
    this.drafts.forget();
    await this.end();
  }

  async end() {
    await this.stores.clear();
    this.stores.close();
  }
}
