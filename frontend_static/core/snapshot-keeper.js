import { takeSnapshot } from "./snapshot.js";

/** Not after each change: many come together, and the last one counts. */
const PAUSE_MS = 1000;

/** Keeps the session's state in the database, for the next page to begin with. */
export class SnapshotKeeper {
  /** @param {{session: Session, save: (text: string) => void, clock: Clock}} tools */
  constructor({ session, save, clock }) {
    this.session = session;
    this.write = save;
    this.clock = clock;
    this.isDue = false;
    this.isOn = false;
    /** @type {string | null} */
    this.saved = null;
    /** @type {unknown} */
    this.timer = undefined;
    for (const topic of ["conversations", "messages", "opened"]) session.on(topic, () => this.saveLater());
  }

  start() {
    this.isOn = true;
  }

  /** Who is shown was signed out: what was kept is removed, and no more is kept. */
  stop() {
    this.clock.clearTimeout(this.timer);
    this.isOn = false;
    this.isDue = false;
    this.saved = null;
  }

  saveLater() {
    if (this.isDue || !this.isOn) return;
    this.isDue = true;
    this.timer = this.clock.setTimeout(() => this.save(), PAUSE_MS);
  }

  /** Now, if anything has changed: the page may not live on. */
  save() {
    this.clock.clearTimeout(this.timer);
    if (!this.isDue) return;
    this.isDue = false;
    const text = takeSnapshot(this.session.store, this.session.connection.syncedAt);
    if (text === null || text === this.saved) return;
    this.saved = text;
    this.write(text);
  }
}
