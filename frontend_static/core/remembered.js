const PERSON = "hark-person";

/** Who used this browser last: the next page begins with them, before the server says who it is. */
export class Remembered {
  /** @param {() => Storage} storage browsers that keep nothing throw at the mere look */
  constructor(storage) {
    this.storage = storage;
  }

  /** @returns {Me | null} */
  person() {
    try {
      const me = JSON.parse(this.storage().getItem(PERSON) ?? "null");
      return Number.isInteger(me?.id) && typeof me.name === "string" && typeof me.email === "string" ? me : null;
    } catch {
      return null;
    }
  }

  /** @param {Me | null} me */
  set(me) {
    try {
      if (me === null) this.storage().removeItem(PERSON);
      else this.storage().setItem(PERSON, JSON.stringify(me));
    } catch {
      // Then every page begins with asking.
    }
  }
}
