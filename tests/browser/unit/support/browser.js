/* One browser with several tabs: its locks, its channels, and tabs that can be frozen or killed. */

import { settled } from "./cast.js";

/** Web Locks with one kind of lock, an exclusive one. */
class LockManager {
  constructor() {
    this.held = new Map();
    this.queues = new Map();
  }

  request(name, { steal = false, signal }, callback) {
    return new Promise((resolve, reject) => {
      const wish = { callback, resolve, reject };
      if (signal?.aborted) return void reject(aborted());
      if (steal) {
        this.held.get(name)?.reject(aborted());
        this.grant(name, wish);
        return;
      }
      const queue = this.queues.get(name) ?? [];
      this.queues.set(name, queue);
      queue.push(wish);
      signal?.addEventListener("abort", () => {
        if (!queue.includes(wish)) return;
        queue.splice(queue.indexOf(wish), 1);
        reject(aborted());
      });
      this.next(name);
    });
  }

  grant(name, wish) {
    this.held.set(name, wish);
    queueMicrotask(async () => {
      const result = await wish.callback();
      if (this.held.get(name) !== wish) return;
      this.held.delete(name);
      wish.resolve(result);
      this.next(name);
    });
  }

  next(name) {
    const wish = this.held.has(name) ? undefined : this.queues.get(name)?.shift();
    if (wish) this.grant(name, wish);
  }
}

function aborted() {
  return new DOMException("The lock was stolen, or the wait for it given up.", "AbortError");
}

export class Browser {
  constructor(clock) {
    this.clock = clock;
    this.locks = new LockManager();
    this.channels = new Set();
    this.names = new Set();
  }
}

/** While it is frozen nothing in it runs: timers, messages, answers and its locks' news wait. */
export class Tab {
  constructor(browser, attention = 0) {
    this.browser = browser;
    this.attention = attention;
    this.isFrozen = false;
    this.isDead = false;
    /** What others say is lost on it. */
    this.isDeaf = false;
    this.backlog = [];
    this.timers = new Set();
    this.ended = [];
    this.clock = {
      now: () => browser.clock.now(),
      setTimeout: (callback, milliseconds) => {
        const timer = { isCleared: false };
        timer.inner = browser.clock.setTimeout(() => this.run(() => timer.isCleared || callback()), milliseconds);
        return timer;
      },
      clearTimeout: (timer) => {
        if (!timer) return;
        timer.isCleared = true;
        browser.clock.clearTimeout(timer.inner);
      },
    };
    this.locks = { request: (name, options, callback) => this.request(name, options, callback) };
    this.openChannel = (name) => this.open(name);
  }

  run(action) {
    if (this.isDead) return;
    if (this.isFrozen) this.backlog.push(action);
    else action();
  }

  /** A promise as the tab sees it. */
  seen(promise) {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.run(() => resolve(value)),
        (error) => this.run(() => reject(error)),
      );
    });
  }

  request(name, options, callback) {
    const death = new Promise((resolve) => this.ended.push(resolve));
    const controller = new AbortController();
    options.signal?.addEventListener("abort", () => controller.abort());
    this.ended.push(() => controller.abort());
    const wish = options.steal ? { steal: true } : { signal: controller.signal };
    const granted = () => Promise.race([death, new Promise((resolve) => this.run(() => resolve(callback())))]);
    return this.seen(this.browser.locks.request(name, wish, granted));
  }

  open(name) {
    const { channels, names } = this.browser;
    names.add(name);
    const channel = {
      name,
      tab: this,
      onmessage: null,
      postMessage: (word) => {
        for (const other of channels) if (other !== channel && other.name === name) other.tab.deliver(other, structuredClone(word));
      },
      close: () => channels.delete(channel),
    };
    channels.add(channel);
    return channel;
  }

  deliver(channel, data) {
    if (this.isDeaf) return;
    queueMicrotask(() => this.run(() => this.browser.channels.has(channel) && channel.onmessage?.({ data })));
  }

  freeze() {
    this.isFrozen = true;
  }

  async thaw() {
    this.isFrozen = false;
    for (const action of this.backlog.splice(0)) {
      action();
      await settled();
    }
  }

  kill() {
    this.isDead = true;
    for (const end of this.ended) end();
    for (const channel of this.browser.channels) if (channel.tab === this) this.browser.channels.delete(channel);
  }
}
