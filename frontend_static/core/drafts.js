/** A crash loses at most what was typed in this time. */
const PAUSE_MS = 400;

/** Unsent text of each conversation. It outlives the page where there is a database to keep it in. */
export class Drafts {
  /** @param {{stores: KeptStores | null, clock: Clock}} tools */
  constructor({ stores, clock }) {
    this.stores = stores;
    this.clock = clock;
    /** @type {Map<number, string>} */
    this.texts = new Map();
    /** @type {Set<number>} */
    this.unsaved = new Set();
    /** @type {unknown} */
    this.timer = undefined;
  }

  /** Bring back what an earlier page kept. What was typed meanwhile is newer. */
  async load() {
    for (const [key, text] of (await this.stores?.all("drafts")) ?? []) {
      const id = Number(key);
      if (typeof text === "string" && !this.texts.has(id) && !this.unsaved.has(id)) this.texts.set(id, text);
    }
  }

  /** @param {number | null} id */
  of(id) {
    return id === null ? "" : (this.texts.get(id) ?? "");
  }

  /** @param {number} id @param {string} text */
  set(id, text) {
    const kept = text.trim() === "" ? "" : text;
    if (kept === this.of(id)) return;
    if (kept === "") this.texts.delete(id);
    else this.texts.set(id, kept);
    this.unsaved.add(id);
    // What was sent must not come back as a draft.
    if (kept === "") this.save();
    else this.saveLater();
  }

  saveLater() {
    this.clock.clearTimeout(this.timer);
    this.timer = this.clock.setTimeout(() => this.save(), PAUSE_MS);
  }

  /** Now: nobody may be there to do it later. */
  save() {
    this.clock.clearTimeout(this.timer);
    for (const id of this.unsaved) {
      if (this.texts.has(id)) this.stores?.put("drafts", id, this.texts.get(id));
      else this.stores?.remove("drafts", id);
    }
    this.unsaved.clear();
  }

  /** Their writer leaves for good. */
  forget() {
    this.clock.clearTimeout(this.timer);
    this.texts.clear();
    this.unsaved.clear();
  }
}
