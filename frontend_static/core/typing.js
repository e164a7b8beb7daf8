/** How often "typing" is said again. */
const QUIET_MS = 3000;
/** As long as the server's word for it stands. The next answer may be a held one, and come much later. */
const LASTS_MS = 6000;

/** Says "typing" at most every three seconds. Losing one does no harm, so a failure is not retried. */
export class TypingSender {
  /** @param {{put: (conversation: number) => Promise<void>, clock: Clock}} tools */
  constructor({ put, clock }) {
    this.put = put;
    this.clock = clock;
    this.lastAt = -Infinity;
    /** @type {number | null} */
    this.lastConversation = null;
  }

  /** @param {number} conversation */
  typed(conversation) {
    const isQuiet = this.clock.now() - this.lastAt >= QUIET_MS;
    if (!isQuiet && conversation === this.lastConversation) return;
    this.lastAt = this.clock.now();
    this.lastConversation = conversation;
    this.put(conversation).catch(() => {});
  }

  /** The message is out: typing the next one is news again. */
  sent() {
    this.lastAt = -Infinity;
  }
}

/** Who is typing in a conversation, as the last answer told. It ends by itself. */
export class TypingPeople {
  /** @param {{clock: Clock, changed: () => void}} tools */
  constructor({ clock, changed }) {
    this.clock = clock;
    this.changed = changed;
    /** @type {number | null} */
    this.conversation = null;
    /** @type {Person[]} */
    this.people = [];
    /** @type {unknown} */
    this.timer = undefined;
  }

  /** @param {number | null} conversation @param {Person[]} people */
  heard(conversation, people) {
    this.show(conversation, people);
    if (this.people.length > 0) this.timer = this.clock.setTimeout(() => this.clear(), LASTS_MS);
  }

  clear() {
    this.show(null, []);
  }

  /** @param {number | null} conversation @param {Person[]} people */
  show(conversation, people) {
    this.clock.clearTimeout(this.timer);
    const isChange = this.people.length > 0 || people.length > 0;
    this.conversation = conversation;
    this.people = people;
    if (isChange) this.changed();
  }

  /** @param {number | undefined} conversation */
  in(conversation) {
    return conversation === this.conversation ? this.people : [];
  }
}

/**
 * Whoever has just sent a message is no longer typing it.
 * @param {SyncAnswer} answer
 */
export function stillTyping(answer) {
  const senders = new Set(answer.messages.map(({ sender }) => sender.id));
  return answer.typing.filter(({ id }) => !senders.has(id));
}
