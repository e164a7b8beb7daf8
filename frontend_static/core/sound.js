import { isNamed } from "./mentions.js";
import { notificationState } from "./mute.js";
import { isBlocked } from "./people.js";

/** Two messages in one breath are heard as one. */
const PAUSE_MS = 1500;

/** Decides whether what came is to be heard: a new message of somebody else, not looked at, not muted. */
export class Ear {
  /** @param {{me: Person, clock: Clock}} tools */
  constructor({ me, clock }) {
    this.me = me;
    this.clock = clock;
    /** @type {Map<number, number>} */
    this.known = new Map();
    this.newest = "";
    this.rangAt = -Infinity;
  }

  /** What is there already makes no sound. @param {Iterable<Conversation>} conversations */
  begin(conversations) {
    for (const conversation of conversations) this.note(conversation);
  }

  /**
   * @param {Iterable<Conversation>} conversations
   * @param {(conversation: Conversation) => boolean} isLookedAt
   */
  hears(conversations, isLookedAt) {
    const list = [...conversations];
    const isHeard = list.some((each) => this.isNew(each) && this.isWanted(each) && !isLookedAt(each));
    this.begin(list);
    const now = this.clock.now();
    if (!isHeard || now - this.rangAt < PAUSE_MS) return false;
    this.rangAt = now;
    return true;
  }

  /** A conversation that was further down the list is not new for having been loaded. @param {Conversation} conversation */
  isNew({ id, last_message: last }) {
    if (!last || last.deleted || last.sender.id === this.me.id) return false;
    const known = this.known.get(id);
    return known === undefined ? last.created_at > this.newest : last.seq > known;
  }

  /** @param {Conversation} conversation */
  isWanted(conversation) {
    const { notifications, last_message: last, request } = conversation;
    if (request || (last && isBlocked(conversation, last.sender.id))) return false;
    const state = notificationState(notifications, this.clock.now());
    return state === "all" || (state === "mentions" && isNamed(last?.text ?? "", this.me.name));
  }

  /** @param {Conversation} conversation */
  note({ id, last_message: last }) {
    this.known.set(id, Math.max(this.known.get(id) ?? 0, last?.seq ?? 0));
    if (last && last.created_at > this.newest) this.newest = last.created_at;
  }
}
