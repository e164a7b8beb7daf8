/** What a person chose for this browser alone; by default. */
const DEFAULTS = { "hark-single-keys": true, "hark-sound": false };

/** @typedef {keyof typeof DEFAULTS} Preference */

/** Choices that stay in one browser. Where nothing can be stored, they hold until the page is left. */
export class Preferences {
  /** @param {() => Pick<Storage, "getItem" | "setItem">} storage may throw: some browsers forbid it */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<Preference, boolean>} */
    this.unsaved = new Map();
  }

  /** @param {Preference} name */
  isOn(name) {
    return this.unsaved.get(name) ?? this.stored(name) ?? DEFAULTS[name];
  }

  /** @param {Preference} name @returns {boolean | null} */
  stored(name) {
    try {
      const value = this.storage().getItem(name);
      return value === null ? null : value === "on";
    } catch {
      return null;
    }
  }

  /** @param {Preference} name @param {boolean} isOn */
  set(name, isOn) {
    try {
      this.storage().setItem(name, isOn ? "on" : "off");
      this.unsaved.delete(name);
    } catch {
      this.unsaved.set(name, isOn);
    }
  }
}
