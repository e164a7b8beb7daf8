/* Shapes shared by all modules. The first group is the HTTP contract, version 1; the second is the page's own. */

interface Person {
  id: number;
  name: string;
}

interface Me extends Person {
  email: string;
}

interface Participant extends Person {
  read_seq: number;
}

interface Message {
  seq: number;
  rev: number;
  client_id: string;
  sender: Person;
  text: string;
  created_at: string;
  edited_at: string | null;
  deleted: boolean;
  reply_to: number | null;
}

interface Conversation {
  id: number;
  kind: "direct" | "group";
  title: string;
  rev: number;
  last_seq: number;
  unread: number;
  read_seq: number;
  participants: Participant[];
  last_message: Message | null;
  updated_at: string;
}

interface MessagePage {
  messages: Message[];
  cursor: number;
  last_seq: number;
  has_more: boolean;
}

interface ConversationPage {
  conversations: Conversation[];
  next: number | null;
}

interface SyncAnswer {
  cursor: number;
  conversations: Conversation[];
  left: number[];
  messages: Message[];
  after: number | null;
  typing: Person[];
  has_more: boolean;
}

/**
 * What one poll asks for. `conversation` and `after` stand or fall together. `visible`: somebody is looking.
 * `mayWait`: the page is on the screen, so the server may hold the poll until there is news.
 */
interface PollTarget {
  cursor: number | null;
  conversation: number | null;
  after: number | null;
  visible: boolean;
  mayWait: boolean;
}

/** How it is asked. `wait` is in whole seconds; 0 asks for an answer at once. */
interface PollOptions {
  etag: string | null;
  wait: number;
  signal: AbortSignal;
}

interface PollReply {
  status: number;
  etag: string | null;
  interval: number | null;
  data: SyncAnswer | null;
}

/** `sending` also covers what waits behind an earlier message that is being sent. */
type OutboxState = "sending" | "waiting" | "refused";

interface OutboxEntry {
  clientId: string;
  conversation: number;
  text: string;
  createdAt: string;
  state: OutboxState;
  reason: string;
}

interface OutboxStorage {
  load(): Promise<OutboxEntry[]>;
  save(entry: OutboxEntry): Promise<void>;
  remove(clientId: string): Promise<void>;
  clear(): Promise<void>;
}

/** Time and timers, injected so that tests can own them. */
interface Clock {
  now(): number;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

interface Environment {
  clock: Clock;
  random: () => number;
  newId: () => string;
  isVisible: () => boolean;
  isPresent: () => boolean;
  isAttentive: () => boolean;
}

interface OpenedConversation {
  id: number;
  status: "loading" | "ready" | "failed" | "missing";
  dividerSeq: number | null;
  older: "idle" | "loading" | "failed";
  notice: string;
}

type Row =
  | { type: "day"; key: string; label: string }
  | { type: "unread"; key: string }
  | MessageRow;

/** One bubble: a message of the server, or one of the outbox. */
interface MessageRow {
  type: "message";
  key: string;
  seq: number | null;
  sender: Person;
  own: boolean;
  text: string;
  createdAt: string;
  edited: boolean;
  deleted: boolean;
  first: boolean;
  last: boolean;
  entry: OutboxEntry | null;
  receipt: string;
}

type Session = import("./core/session.js").Session;
type Store = import("./core/store.js").Store;
type Api = import("./core/api.js").Api;
type TimeFormat = import("./core/time.js").TimeFormat;
