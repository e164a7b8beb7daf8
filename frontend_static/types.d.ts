/* Shapes shared by all modules. The first group is the HTTP contract, version 1; the second is the page's own. */

interface Person {
  id: number;
  name: string;
}

interface Me extends Person {
  email: string;
  timezone: string;
  language: string;
  findable?: boolean;
}

/** A person proves once more that they are there. `code`: of the second factor, where they have one. */
interface Proof {
  password: string;
  code?: string;
}

/** What the fields of a form about an account give, as far as it has them. */
interface AccountFormValues extends Proof {
  email: string;
  new: string;
}

/** A browser that is signed in. `device` is what a person calls it; `shared`: other people use that computer too. */
interface SignedInDevice {
  id: number | string;
  device: string;
  shared: boolean;
  created_at: string;
  last_used_at: string;
  current: boolean;
}

interface ApiToken {
  id: number;
  name: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string;
}

/** `required`: the server lets staff do nothing without it. */
interface SecondFactor {
  enabled: boolean;
  required: boolean;
  recovery_codes_left: number;
}

/** `qr`: a picture of `uri` as a data: URI. */
interface SecondFactorSecret {
  secret: string;
  uri: string;
  qr: string;
}

/** Something that happened to an account. `actor`: who did it, if it was not the machine. */
interface AuditEntry {
  id: number;
  at: string;
  event: string;
  actor: Person | null;
  detail: Record<string, unknown>;
}

interface AuditPage {
  entries: AuditEntry[];
  next: number | string | null;
}

/** `size` in bytes. */
interface DataExport {
  id: number;
  state: "waiting" | "ready" | "failed" | "expired";
  created_at: string;
  expires_at: string | null;
  size: number | null;
  url: string | null;
}

interface Participant extends Person {
  is_staff: boolean;
  /** The name of another participant looks the same. */
  look_alike: boolean;
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
  reactions?: Reaction[];
}

/** Users in the order in which they reacted. */
interface Reaction {
  emoji: string;
  users: number[];
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
  notifications: ConversationNotifications;
  /** Who made a group; null in a direct conversation. */
  owner: number | null;
  updated_at: string;
  /** Who asks, while the reader has not accepted the conversation. Missing in what an older page has kept. */
  request?: { by: Person } | null;
  /** Those of its people whom the reader blocks. */
  blocked?: number[];
}

/** Somebody whom the reader blocks. */
interface BlockedPerson extends Person {
  since: string;
}

type ReportReason = "spam" | "abuse" | "other";

type NotificationLevel = "all" | "mentions" | "none";

interface ConversationNotifications {
  level: NotificationLevel;
  muted_until: string | null;
}

/** What its owner chooses. Delays are seconds; null leaves them to the house. Hours are "22:00", in the owner's time zone. */
interface NotificationChoices {
  email: boolean;
  push: boolean;
  email_delay: number | null;
  push_delay: number | null;
  quiet_hours: { start: string; end: string } | null;
  hide_content: boolean;
}

interface NotificationSettings extends NotificationChoices {
  email_suppressed: { reason: string; since: string } | null;
  defaults: { push_delay: number; email_delay: number; email_delay_with_push: number };
}

interface NewPushDevice {
  endpoint: string;
  keys: { p256dh: string; auth: string };
  name: string;
}

interface PushDevice {
  id: number;
  name: string;
  created_at: string;
  seen_at: string;
}

interface LogEntry {
  id: number;
  at: string;
  channel: ReachChannel;
  verdict: string;
  conversation: { id: number; title: string } | null;
  count: number;
  until: string | null;
  detail: string;
  text: string;
}

interface LogPage {
  entries: LogEntry[];
  next: number | null;
}

type ReachState = "looking" | "waiting" | "told" | "read" | "not_told";
type ReachChannel = "push" | "email";

/** What became of my newest message for one other participant. With `waiting`, `channel` and `at` say what comes next. */
interface Reach {
  user: number;
  state: ReachState;
  channel: ReachChannel | null;
  at: string | null;
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

interface PollerEvents {
  answered(target: PollTarget, answer: SyncAnswer): void;
  /** With those who still type. */
  unchanged(target: PollTarget, typing: Person[]): void;
  failed(failures: number): void;
  signedOut(): void;
  cursorAhead(): void;
  conversationGone(conversation: number): void;
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
  /** The `seq` of the message that it answers. */
  replyTo: number | null;
  createdAt: string;
  state: OutboxState;
  reason: string;
  /** Grows from one entry to the next, over reloads too: they are sent in this order. */
  order: number;
  /** The tab that sends it. */
  owner?: string;
}

/** `load` gives those that this page is to send; `save` tells whether the entry will outlive the page. */
interface OutboxStorage {
  load(): Promise<OutboxEntry[]>;
  save(entry: OutboxEntry): Promise<boolean>;
  remove(clientId: string): Promise<void>;
}

type KeptStoreName = "state" | "outbox" | "drafts";

/** Key-value stores of one person in this browser. None of these throws; what cannot be kept is not there later. */
interface KeptStores {
  get(store: KeptStoreName, key: string | number): Promise<any>;
  all(store: KeptStoreName): Promise<[string | number, any][]>;
  put(store: KeptStoreName, key: string | number, value: any): Promise<boolean>;
  remove(store: KeptStoreName, key: string | number): Promise<void>;
  clear(): Promise<void>;
  /** From here on nothing is written, until `reopen`. */
  close(): void;
  reopen(): Promise<void>;
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
  /** What joins the tabs of one browser. Absent where the browser does not have it, as on plain http. */
  locks?: Locks;
  openChannel?: (name: string) => TabChannel;
}

/** The part of the Web Locks API that is used (W3C). */
interface Locks {
  request(name: string, options: LockOptions, callback: () => Promise<void> | undefined): Promise<unknown>;
}

/** The part of BroadcastChannel that is used. */
interface TabChannel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(word: TabWord): void;
  close(): void;
}

/**
 * What a tab tells the others. The leader: each outcome of a poll with what was asked, and that it is there. A follower:
 * `ask`, whether the leader is. Any: `check`, the server said something that each should hear itself.
 */
type TabNews =
  | { type: "answer"; target: PollTarget; answer: SyncAnswer }
  | { type: "unchanged"; target: PollTarget; typing: Person[] }
  | { type: "failed"; failures: number }
  | { type: "here" | "ask" | "check" };

/** With what is true of the sender: whether it leads and since when, how much it is looked at, its cursor. */
type TabWord = TabNews & { leads: boolean; since: number; attention: number; position: number | null };

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
  /** What stands beside the sender's name. */
  marks?: PersonMarks;
  own: boolean;
  text: string;
  createdAt: string;
  edited: boolean;
  deleted: boolean;
  /** Of somebody whom the reader blocks, and not looked at yet. */
  folded: boolean;
  first: boolean;
  last: boolean;
  entry: OutboxEntry | null;
  receipt: string;
  quote: Quote | null;
  reactions: ReactionChip[];
}

/** The message that another one answers. Without a sender: it is not known yet. */
interface Quote {
  seq: number;
  sender: Person | null;
  text: string;
  deleted: boolean;
}

/** One emoji under a message. `own`: I am among those. */
/** What is said of somebody beside their name. */
interface PersonMarks {
  isStaff: boolean;
  isAlike: boolean;
}

interface ReactionChip {
  emoji: string;
  count: number;
  own: boolean;
  names: string;
}

/** A message that its author has deleted here and the server still has. `left`: milliseconds to take it back. */
interface Deletion {
  conversation: number;
  seq: number;
  state: "undoable" | "sending" | "waiting";
  left: number;
  since: number;
  timer: unknown;
  failures: number;
}

/** What the messages of the list ask for. */
interface MessageActions {
  menu(row: MessageRow, opener: HTMLElement): void;
  reply(row: MessageRow): void;
  react(row: MessageRow, emoji: string): void;
  /** Show a message of somebody whom the reader blocks. */
  unfold(row: MessageRow): void;
  retry(entry: OutboxEntry): void;
  discard(entry: OutboxEntry): void;
  rewrite(entry: OutboxEntry): void;
  /** Go to an address of the page. */
  visit(path: string): void;
  /** Nothing can be said to what stands there. */
  isClosed(): boolean;
  /** The one that is open. */
  conversation(): number;
  nameOf(person: Person): string;
  naming(): Naming;
}

/** Who can be mentioned: the others, and the one at this page. */
interface Naming {
  names: string[];
  me: string;
}

type TextPart =
  | { type: "text"; text: string }
  | { type: "link"; text: string; href: string }
  | { type: "mention"; text: string; me: boolean }
  | { type: "code"; text: string }
  | { type: "block"; text: string };

/** Whether this browser takes pushes. `denied`: its person forbade it in the browser, and only they can allow it there. */
type PushState = "unsupported" | "denied" | "off" | "on";

/** The browser's side of Web Push, injected so that tests can play it. */
interface PushBrowser {
  /** What a person calls it. */
  name: string;
  isSupported(): boolean;
  permission(): NotificationPermission;
  askPermission(): Promise<NotificationPermission>;
  /** The service worker, if there is one. */
  registration(): Promise<ServiceWorkerRegistration | undefined>;
  register(): Promise<ServiceWorkerRegistration>;
  remembered(): string | null;
  remember(text: string | null): void;
}

/** What the service worker says to a page: go there; or, with a port for the answer, tell what you show. */
type WorkerMessage = { type: "open"; path: string } | { type: "which-conversation" };

/** Trusted Types (W3C): without it, as in some browsers, any string is a script's address. */
interface Window {
  trustedTypes?: { createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(url: string): string } };
}

type MessageLog = import("./core/message-log.js").MessageLog;
type MessageChanges = import("./core/message-changes.js").MessageChanges;
type Session = import("./core/session.js").Session;
type Store = import("./core/store.js").Store;
type MessageLog = import("./core/message-log.js").MessageLog;
type Api = import("./core/api.js").Api;
type TimeFormat = import("./core/time.js").TimeFormat;
type Push = import("./core/push.js").Push;
type NotificationsApi = import("./core/notifications-api.js").NotificationsApi;
type AccountsApi = import("./core/accounts-api.js").AccountsApi;

/** What is searched for. `before` is the `next` of the page before; null begins with the newest. */
interface SearchQuestion {
  query: string;
  conversation: number | null;
  before: number | string | null;
}

interface SearchResult {
  conversation: number;
  message: Message;
}

interface SearchPage {
  results: SearchResult[];
  next: number | string | null;
}

type ShortcutAction =
  | "switcher"
  | "search"
  | "previous"
  | "next"
  | "previousUnread"
  | "nextUnread"
  | "readNext"
  | "reply"
  | "escape"
  | "keys";

type Strings = typeof import("./core/strings.js").strings &
  typeof import("./core/later-strings.js").laterStrings &
  typeof import("./core/explain-account.js").accountWords;

type AccountStrings = typeof import("./core/account-strings.js").accountStrings;
