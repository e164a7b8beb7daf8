/** Named topics without payload: whoever listens reads the state itself. */
export class Emitter {
  constructor() {
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
  }

  /**
   * @param {string} topic
   * @param {() => void} listener
   */
  on(topic, listener) {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners.add(listener));
  }

  /** @param {string} topic */
  emit(topic) {
    for (const listener of this.listeners.get(topic) ?? []) listener();
  }
}
