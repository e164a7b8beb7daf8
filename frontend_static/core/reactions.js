/**
 * Reactions, with those of this person shown before the server has them. Each change of one emoji follows the one
 * before it, and only the last that was wanted counts.
 */
export class Reactions {
  /**
   * @param {object} tools
   * @param {(conversation: number, seq: number, emoji: string, isOn: boolean) => Promise<void>} tools.put
   * @param {number} tools.meId
   * @param {() => void} tools.changed
   */
  constructor({ put, meId, changed }) {
    this.put = put;
    this.meId = meId;
    this.changed = changed;
    /** @type {Map<string, {emoji: string, isOn: boolean}>} */
    this.pending = new Map();
  }

  /**
   * What to show under a message.
   * @param {number} conversation
   * @param {Message} message
   * @returns {Reaction[]}
   */
  of(conversation, message) {
    const start = keyOf(conversation, message.seq, "");
    let reactions = message.reactions ?? [];
    for (const [key, { emoji, isOn }] of this.pending) {
      if (key.startsWith(start)) reactions = withReaction(reactions, emoji, this.meId, isOn);
    }
    return reactions;
  }

  /**
   * Add the reaction, or take it back. Fails with what the server says; what is shown is then as before.
   * @param {number} conversation
   * @param {Message} message
   * @param {string} emoji
   */
  async toggle(conversation, message, emoji) {
    const isOn = !hasReacted(this.of(conversation, message), emoji, this.meId);
    const key = keyOf(conversation, message.seq, emoji);
    const underWay = this.pending.get(key);
    if (underWay) underWay.isOn = isOn;
    else this.pending.set(key, { emoji, isOn });
    this.changed();
    if (!underWay) await this.send(conversation, message.seq, emoji, key);
  }

  /** @param {number} conversation @param {number} seq @param {string} emoji @param {string} key */
  async send(conversation, seq, emoji, key) {
    try {
      for (let sent; sent !== this.pending.get(key)?.isOn; ) {
        sent = this.pending.get(key)?.isOn;
        await this.put(conversation, seq, emoji, sent === true);
      }
    } finally {
      this.pending.delete(key);
      this.changed();
    }
  }
}

/** @param {number} conversation @param {number} seq @param {string} emoji */
function keyOf(conversation, seq, emoji) {
  return `${conversation}/${seq}/${emoji}`;
}

/** @param {Reaction[]} reactions @param {string} emoji @param {number} user */
export function hasReacted(reactions, emoji, user) {
  return reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(user));
}

/**
 * @param {Reaction[]} reactions
 * @param {string} emoji
 * @param {number} user
 * @param {boolean} isOn
 * @returns {Reaction[]}
 */
export function withReaction(reactions, emoji, user, isOn) {
  if (hasReacted(reactions, emoji, user) === isOn) return reactions;
  if (!reactions.some((reaction) => reaction.emoji === emoji)) return [...reactions, { emoji, users: [user] }];
  const changed = reactions.map((reaction) => {
    if (reaction.emoji !== emoji) return reaction;
    return { emoji, users: isOn ? [...reaction.users, user] : reaction.users.filter((id) => id !== user) };
  });
  return changed.filter(({ users }) => users.length > 0);
}
