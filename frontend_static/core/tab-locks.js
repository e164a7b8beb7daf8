const TAB = "hark-tab-";
const ADOPTION = "hark-adoption";
/** A tab that holds the lock for longer is frozen. */
const PATIENCE_MS = 2000;

/**
 * Which tabs of this site live: each holds a lock for as long as it does (Web Locks API, W3C), so no clock and no last
 * will is needed. Without locks (a page over plain HTTP) every other tab counts as gone.
 */
export class TabLocks {
  /** @param {{locks: LockManager | undefined, id: string, clock: Clock}} tools */
  constructor({ locks, id, clock }) {
    this.locks = locks;
    this.id = id;
    this.clock = clock;
    /** @type {(() => void) | null} */
    this.release = null;
    /** @type {Set<string>} */
    this.watched = new Set();
  }

  /** From now on this tab lives. */
  hold() {
    if (this.release) return;
    const held = new Promise((resolve) => (this.release = () => resolve(undefined)));
    this.locks?.request(TAB + this.id, () => held).catch(() => {});
  }

  /** The page leaves the screen, perhaps for good; a lock would keep it from being brought back in an instant. */
  letGo() {
    this.release?.();
    this.release = null;
  }

  /** @returns {Promise<Set<string>>} their ids */
  async living() {
    const held = (await this.locks?.query())?.held ?? [];
    const names = held.map(({ name }) => name ?? "").filter((name) => name.startsWith(TAB));
    return new Set(names.map((name) => name.slice(TAB.length)));
  }

  /** @param {string} id @param {() => void} callback once, as soon as that tab is gone */
  whenGone(id, callback) {
    if (!this.locks || this.watched.has(id)) return;
    this.watched.add(id);
    const gone = () => {
      this.watched.delete(id);
      callback();
    };
    this.locks.request(TAB + id, async () => {}).then(gone, () => this.watched.delete(id));
  }

  /**
   * While no other tab does this.
   * @template Result
   * @param {() => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  async alone(work) {
    if (!this.locks) return work();
    const limit = new AbortController();
    const timer = this.clock.setTimeout(() => limit.abort(), PATIENCE_MS);
    const begun = () => {
      this.clock.clearTimeout(timer);
      return work();
    };
    try {
      return await this.locks.request(ADOPTION, { signal: limit.signal }, begun);
    } catch (error) {
      if (!limit.signal.aborted) throw error;
      return work();
    } finally {
      this.clock.clearTimeout(timer);
    }
  }
}
