/** Web Locks, exclusive ones only. */
export class FakeLocks {
  constructor() {
    this.held = new Map();
  }

  async query() {
    return { held: [...this.held.keys()].map((name) => ({ name })) };
  }

  async request(name, ...rest) {
    const work = rest.at(-1);
    while (this.held.has(name)) await this.held.get(name);
    const running = Promise.resolve(work({ name }));
    this.held.set(name, running.catch(() => {}));
    try {
      return await running;
    } finally {
      this.held.delete(name);
    }
  }
}
