/* The server's log and feed in memory, with polls that are held. Its answers come when the clock says so. */

import { ApiError, NetworkError } from "../../../../frontend_static/core/api-error.js";
import { alice, bob, conversation, message } from "./cast.js";

const LATENCY_MS = 20;
const INTERVAL = { held: 0.1, seen: 2, hidden: 30 };
const LIMIT = 3;

export class Server {
  constructor(clock, ids) {
    this.clock = clock;
    this.feed = 0;
    this.conversations = new Map(ids.map((id) => [id, { id, rev: 0, feedRev: 0, messages: [] }]));
    this.waiting = new Set();
    this.polls = [];
    this.isDown = false;
    this.isSignedOut = false;
  }

  // What happens there

  say(id, { sender = bob, text, client_id } = {}) {
    const { messages } = this.conversations.get(id);
    const said = message(messages.length + 1, { sender, rev: this.change(id) });
    if (text !== undefined) Object.assign(said, { text, client_id });
    messages.push(said);
    this.tell();
    return said;
  }

  edit(id, seq) {
    const { messages } = this.conversations.get(id);
    const rev = this.change(id);
    messages[seq - 1] = { ...messages[seq - 1], rev, text: `text of rev ${rev}` };
    this.tell();
  }

  change(id) {
    const changed = this.conversations.get(id);
    changed.rev += 1;
    changed.feedRev = this.feed += 1;
    return changed.rev;
  }

  tell() {
    for (const answer of [...this.waiting]) answer();
  }

  /** A backup from before anything was said: the numbers begin again. */
  restore() {
    for (const each of this.conversations.values()) Object.assign(each, { rev: 0, feedRev: 0, messages: [] });
    this.feed = 0;
  }

  seenOf(id) {
    const { rev, messages } = this.conversations.get(id);
    const last = messages.at(-1) ?? null;
    return conversation({ id, last: messages.length, rev, last_message: last });
  }

  // The contract, as a tab has it

  /** Its requests die with the tab, and their answers wait while it is frozen. */
  apiFor(tab) {
    const call = (action, options) => tab.seen(this.call(tab, action, options));
    return {
      sync: (target, options) => call(() => this.sync(target), { ...options, target }),
      newestMessages: (id, limit) => call(() => this.newest(id, limit)),
      olderMessages: (id, before) => call(() => this.older(id, before)),
      conversation: (id) => call(() => this.seenOf(id)),
      send: ({ conversation: id, text, clientId }) => call(() => this.say(id, { sender: alice, text, client_id: clientId })),
      read: (id, seq) => call(() => ({ read_seq: seq })),
      typing: () => call(() => undefined),
      logout: () => call(() => undefined),
    };
  }

  call(tab, action, { target, wait = 0, signal } = {}) {
    return new Promise((resolve, reject) => {
      const poll = { tab, target, wait, at: this.clock.now(), isOpen: true };
      if (target) this.polls.push(poll);
      const end = (settle, value) => {
        if (!poll.isOpen) return;
        poll.isOpen = false;
        this.waiting.delete(look);
        this.clock.setTimeout(() => settle(value), LATENCY_MS);
      };
      const look = (isLast = false) => {
        if (tab.isDead) return end(reject, new NetworkError());
        if (this.isDown) return end(reject, new NetworkError());
        try {
          if (this.isSignedOut) throw new ApiError(401, { code: "not_authenticated" }, 0);
          const data = action();
          if (!target) end(resolve, data);
          else if (this.isNews(target, data) || wait === 0 || isLast) end(resolve, this.reply(poll, data));
          else this.waiting.add(look);
        } catch (error) {
          end(reject, error);
        }
      };
      signal?.addEventListener("abort", () => end(reject, new NetworkError()));
      this.clock.setTimeout(() => look(), LATENCY_MS);
      if (wait > 0) this.clock.setTimeout(() => look(true), wait * 1000);
    });
  }

  isNews(target, data) {
    return data.cursor !== target.cursor || data.messages.length > 0;
  }

  reply({ target, wait }, data) {
    const interval = wait > 0 ? INTERVAL.held : target.visible ? INTERVAL.seen : INTERVAL.hidden;
    return { status: 200, etag: null, interval, data };
  }

  sync({ cursor, conversation: id, after }) {
    const open = this.conversations.get(id);
    if ((cursor ?? 0) > this.feed || (open && after > open.rev)) throw new ApiError(409, { code: "cursor_ahead" }, 0);
    const changed = [...this.conversations.values()].filter((each) => cursor === null || each.feedRev > cursor);
    changed.sort((one, other) => one.feedRev - other.feedRev);
    const part = cursor === null ? changed : changed.slice(0, LIMIT);
    const news = open ? this.after(id, after) : { messages: [], cursor: null, has_more: false };
    const isPart = part.length < changed.length;
    return {
      cursor: isPart ? part.at(-1).feedRev : this.feed,
      conversations: part.map((each) => this.seenOf(each.id)),
      left: [],
      messages: news.messages,
      after: news.cursor,
      typing: [],
      has_more: isPart || news.has_more,
    };
  }

  after(id, after) {
    const { rev, messages } = this.conversations.get(id);
    const changed = messages.filter((each) => each.rev > after).sort((one, other) => one.rev - other.rev);
    const part = changed.slice(0, LIMIT);
    const has_more = part.length < changed.length;
    return { messages: part, cursor: has_more ? part.at(-1).rev : rev, has_more };
  }

  newest(id, limit) {
    const { rev, messages } = this.conversations.get(id);
    const part = messages.slice(-limit);
    return { messages: part, cursor: rev, last_seq: messages.length, has_more: part.length < messages.length };
  }

  older(id, before) {
    const { rev, messages } = this.conversations.get(id);
    return { messages: messages.slice(0, before - 1), cursor: rev, last_seq: messages.length, has_more: false };
  }
}
