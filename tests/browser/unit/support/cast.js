/* The same small cast in every test, and a clock that only moves when it is told to. */

export const alice = { id: 1, name: "Alice", email: "alice@example.com" };
export const bob = { id: 2, name: "Bob" };
export const carol = { id: 3, name: "Carol" };

export class FakeClock {
  constructor(now = Date.parse("2026-11-23T12:00:00Z")) {
    this.time = now;
    this.timers = [];
  }

  now() {
    return this.time;
  }

  setTimeout(callback, milliseconds) {
    const timer = { callback, at: this.time + milliseconds };
    this.timers.push(timer);
    return timer;
  }

  clearTimeout(timer) {
    this.timers = this.timers.filter((other) => other !== timer);
  }

  /** Milliseconds until the next timer. */
  next() {
    return Math.min(...this.timers.map(({ at }) => at)) - this.time;
  }

  async pass(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const [due] = this.timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (!due) break;
      this.time = due.at;
      this.clearTimeout(due);
      due.callback();
      await settled();
    }
    this.time = end;
    await settled();
  }
}

/** Let everything that is ready run. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A request that is answered when the test says so. */
export function deferred() {
  const handle = {};
  handle.promise = new Promise((resolve, reject) => Object.assign(handle, { resolve, reject }));
  return handle;
}

export function message(seq, { sender = bob, rev = seq, text = `message ${seq}`, ...rest } = {}) {
  const minute = String(seq % 60).padStart(2, "0");
  return {
    seq,
    rev,
    client_id: `client-${seq}`,
    sender: { id: sender.id, name: sender.name },
    text,
    created_at: `2026-11-23T11:${minute}:00Z`,
    edited_at: null,
    deleted: false,
    reply_to: null,
    reactions: [],
    ...rest,
  };
}

export function messages(from, to) {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
}

export function conversation({ id = 7, last = 0, unread = 0, ...rest } = {}) {
  return {
    id,
    kind: "direct",
    title: "",
    rev: last,
    last_seq: last,
    unread,
    read_seq: last - unread,
    participants: [alice, bob].map(({ id, name }) => ({ id, name, is_staff: false, look_alike: false, read_seq: 0 })),
    last_message: last > 0 ? message(last) : null,
    notifications: { level: "all", muted_until: null },
    updated_at: "2026-11-23T11:00:00Z",
    ...rest,
  };
}

export function page(list, { cursor = list.at(-1)?.rev ?? 0, last = list.at(-1)?.seq ?? 0, more = false } = {}) {
  return { messages: list, cursor, last_seq: last, has_more: more };
}

export function answer({ cursor = 1, conversations = [], messages = [], after = null, ...rest } = {}) {
  return { cursor, conversations, left: [], messages, after, typing: [], has_more: false, ...rest };
}

export function reply(data, { etag = null, interval = 2, status = data ? 200 : 304 } = {}) {
  return { status, etag, interval, data };
}
