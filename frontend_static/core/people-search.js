/** Between the last letter and the question. */
const PAUSE_MS = 200;

/** Finds people by name while somebody types. A slower answer to an earlier question never replaces a later one. */
export class PeopleSearch {
  /** @param {{api: Api, clock: Clock, changed: () => void}} tools */
  constructor({ api, clock, changed }) {
    this.api = api;
    this.clock = clock;
    this.changed = changed;
    /** @type {Person[]} */
    this.people = [];
    /** @type {unknown} */
    this.error = null;
    this.isBusy = false;
    this.questions = 0;
    /** @type {unknown} */
    this.timer = undefined;
  }

  /** @param {string} query */
  askSoon(query) {
    this.clock.clearTimeout(this.timer);
    this.isBusy = true;
    this.timer = this.clock.setTimeout(() => this.ask(query), PAUSE_MS);
  }

  /** @param {string} query */
  async ask(query) {
    this.clock.clearTimeout(this.timer);
    const question = ++this.questions;
    this.isBusy = true;
    const { people, error } = await this.answer(query.trim());
    if (question !== this.questions) return;
    this.people = people;
    this.error = error;
    this.isBusy = false;
    this.changed();
  }

  /** Nobody, and no answer that is still on its way. */
  forget() {
    this.clock.clearTimeout(this.timer);
    this.questions += 1;
    this.people = [];
    this.error = null;
    this.isBusy = false;
  }

  /** @param {string} query @returns {Promise<{people: Person[], error: unknown}>} */
  async answer(query) {
    try {
      return { people: (await this.api.users(query)).users, error: null };
    } catch (error) {
      return { people: [], error };
    }
  }
}
