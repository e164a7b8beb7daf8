import { ApiError, NetworkError } from "./api-error.js";
import { retryAfterSeconds } from "./backoff.js";

const ROOT = "/api/v1";
const TIMEOUT_MS = 20_000;
/** On top of the time for which the server may hold a poll. */
const HELD_TIMEOUT_MS = 15_000;

/** The HTTP contract as methods. Answers with an error status are thrown as ApiError, no answer as NetworkError. */
export class Api {
  /** @param {{fetch: typeof fetch, csrfToken: () => string, clock: Clock}} tools */
  constructor({ fetch, csrfToken, clock }) {
    this.fetch = fetch;
    this.csrfToken = csrfToken;
    this.clock = clock;
    /** What must be known before anything is asked in somebody's name, or their answer taken in. */
    this.confirm = async () => {};
  }

  /** @param {{email: string, password: string, code?: string, shared?: boolean}} credentials @returns {Promise<Me>} */
  login(credentials) {
    return this.exchange("POST", "/auth/login", credentials);
  }

  /** @returns {Promise<void>} */
  logout() {
    return this.data("POST", "/auth/logout");
  }

  /** @returns {Promise<Me>} */
  me() {
    return this.exchange("GET", "/me");
  }

  /** @param {string} query @returns {Promise<{users: Person[]}>} */
  users(query) {
    return this.data("GET", `/users?q=${encodeURIComponent(query)}`);
  }

  /** @param {number | null} before @returns {Promise<ConversationPage>} */
  conversations(before) {
    return this.data("GET", before === null ? "/conversations" : `/conversations?before=${before}`);
  }

  /** @param {number} id @returns {Promise<Conversation>} */
  conversation(id) {
    return this.data("GET", `/conversations/${id}`);
  }

  /** @param {number} user @returns {Promise<Conversation>} */
  openDirect(user) {
    return this.data("POST", "/conversations", { kind: "direct", participants: [user] });
  }

  /** @param {number[]} users @param {string} title @returns {Promise<Conversation>} */
  openGroup(users, title) {
    return this.data("POST", "/conversations", { kind: "group", participants: users, title });
  }

  /** @param {number} id @param {number} limit @returns {Promise<MessagePage>} */
  newestMessages(id, limit) {
    return this.data("GET", `/conversations/${id}/messages?limit=${limit}`);
  }

  /** @param {number} id @param {number} before a `seq` @param {number} limit @returns {Promise<MessagePage>} */
  olderMessages(id, before, limit) {
    return this.data("GET", `/conversations/${id}/messages?before=${before}&limit=${limit}`);
  }

  /** @param {number} id @param {number} from the first `seq` @param {number} limit @returns {Promise<MessagePage>} */
  newerMessages(id, from, limit) {
    return this.data("GET", `/conversations/${id}/messages?from=${from}&limit=${limit}`);
  }

  /** @param {OutboxEntry} entry @returns {Promise<Message>} */
  send({ conversation, clientId, text, replyTo }) {
    return this.data("POST", `/conversations/${conversation}/messages`, { client_id: clientId, text, reply_to: replyTo });
  }

  /** @param {number} id @param {number} seq @param {string} text @returns {Promise<Message>} */
  edit(id, seq, text) {
    return this.data("PATCH", `/conversations/${id}/messages/${seq}`, { text });
  }

  /** It goes on when the page is closed. @param {number} id @param {number} seq @returns {Promise<Message>} */
  remove(id, seq) {
    return this.data("DELETE", `/conversations/${id}/messages/${seq}`, undefined, { keepalive: true });
  }

  /** @param {number} id @param {number} seq @param {string} emoji @returns {Promise<Message>} */
  react(id, seq, emoji) {
    return this.data("PUT", `/conversations/${id}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`);
  }

  /** @param {number} id @param {number} seq @param {string} emoji @returns {Promise<Message>} */
  unreact(id, seq, emoji) {
    return this.data("DELETE", `/conversations/${id}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`);
  }

  /** @param {number} id @param {number} seq the first that is unread @returns {Promise<{read_seq: number, unread: number}>} */
  markUnread(id, seq) {
    return this.data("PUT", `/conversations/${id}/unread`, { seq });
  }

  /** @param {number} id @param {number} seq @returns {Promise<{read_seq: number}>} */
  read(id, seq) {
    return this.data("PUT", `/conversations/${id}/read`, { seq });
  }

  /** @param {number} id @returns {Promise<void>} */
  typing(id) {
    return this.data("PUT", `/conversations/${id}/typing`, {});
  }

  /**
   * @param {PollTarget} target
   * @param {PollOptions} options
   * @returns {Promise<PollReply>}
   */
  async sync(target, { etag, wait, signal }) {
    const query = new URLSearchParams({ visible: target.visible ? "1" : "0" });
    if (target.cursor !== null) query.set("cursor", String(target.cursor));
    if (target.conversation !== null) {
      query.set("conversation", String(target.conversation));
      query.set("after", String(target.after));
    }
    if (wait > 0) query.set("wait", String(wait));
    const timeout = wait > 0 ? wait * 1000 + HELD_TIMEOUT_MS : TIMEOUT_MS;
    /** @type {Record<string, string>} */
    const headers = etag === null ? {} : { "If-None-Match": etag };
    const asked = this.request("GET", `/sync?${query}`, { headers, signal, timeout });
    const [{ response, data }] = await Promise.all([asked, this.confirm()]);
    return {
      status: response.status,
      etag: response.headers.get("ETag"),
      interval: positive(response.headers.get("X-Poll-Interval")),
      data,
    };
  }

  /** @param {string} method @param {string} path @param {object} [body] @param {{keepalive?: boolean}} [options] @returns {Promise<any>} */
  async data(method, path, body, options) {
    await this.confirm();
    return this.exchange(method, path, body, options);
  }

  /** Whoever is signed in. @param {string} method @param {string} path @param {object} [body] @param {{keepalive?: boolean}} [options] @returns {Promise<any>} */
  async exchange(method, path, body, options) {
    try {
      return (await this.request(method, path, { body, ...options })).data;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "csrf_failed") throw error;
    }
    // The cookie with the token is gone or old; the page itself brings a new one.
    await this.fetch("/", { credentials: "same-origin" });
    return (await this.request(method, path, { body, ...options })).data;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: object, headers?: Record<string, string>, signal?: AbortSignal, timeout?: number, keepalive?: boolean}} options
   *   `keepalive`: the request goes on when the page is closed
   */
  async request(method, path, { body, headers = {}, signal, timeout = TIMEOUT_MS, keepalive = false }) {
    const limit = new AbortController();
    const timer = this.clock.setTimeout(() => limit.abort(), timeout);
    const abort = () => limit.abort();
    signal?.addEventListener("abort", abort);
    try {
      const response = await this.fetch(ROOT + path, {
        method,
        credentials: "same-origin",
        signal: limit.signal,
        keepalive,
        headers: { Accept: "application/json", ...this.writeHeaders(method, body), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { response, data: await this.parse(response) };
    } catch (error) {
      throw error instanceof ApiError ? error : new NetworkError(String(error));
    } finally {
      this.clock.clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** @param {string} method @param {object | undefined} body @returns {Record<string, string>} */
  writeHeaders(method, body) {
    if (method === "GET") return {};
    const token = { "X-CSRFToken": this.csrfToken() };
    return body === undefined ? token : { ...token, "Content-Type": "application/json" };
  }

  /** @param {Response} response */
  async parse(response) {
    if (response.status === 304) return null;
    const text = await response.text();
    if (response.ok) return text === "" ? null : JSON.parse(text);
    const wait = retryAfterSeconds(response.headers.get("Retry-After"), this.clock.now());
    throw new ApiError(response.status, problem(text), wait);
  }
}

/**
 * A proxy in front of the server may answer with a page of its own instead of a problem.
 * @param {string} text
 */
function problem(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** @param {string | null} header */
function positive(header) {
  const seconds = Number.parseFloat(header ?? "");
  return seconds > 0 ? seconds : null;
}
