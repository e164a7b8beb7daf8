import { ApiError } from "./api-error.js";
import { Emitter } from "./emitter.js";

/** How often a browser says that it is still there; the server lets go of one that has not for 60 days. */
const DAY_MS = 86_400_000;

/** @typedef {{user: number, endpoint: string, id: number, at: number}} Known what the server was told, and when */

/**
 * Push notifications in this browser (Push API, W3C): turned on and off by its person, told to the server, kept alive,
 * and ended on sign-out. Topics: `push`, `moved` (it was somebody else's).
 */
export class Push extends Emitter {
  /**
   * @param {object} tools
   * @param {import("./notifications-api.js").NotificationsApi} tools.api
   * @param {PushBrowser} tools.browser
   * @param {Clock} tools.clock
   * @param {number} tools.userId
   */
  constructor({ api, browser, clock, userId }) {
    super();
    this.api = api;
    this.browser = browser;
    this.clock = clock;
    this.userId = userId;
    /** @type {PushState} */
    this.state = "off";
  }

  /** The id of this browser's subscription, null while it has none. */
  get deviceId() {
    return this.state === "on" ? (this.known()?.id ?? null) : null;
  }

  /**
   * Somebody is at the page: what was turned on stays on, and the server hears of it.
   * @param {boolean} hasSignedIn whether they have just signed in: a new session, or another person
   */
  async start(hasSignedIn) {
    try {
      await this.keepUp(hasSignedIn);
    } catch {
      // The next start tries again.
    }
    await this.look();
  }

  /** Turn it on. To be called in a click: browsers ask nobody who has not done anything. */
  async enable() {
    if ((await this.browser.askPermission()) === "granted") await this.renew(await this.browser.register());
    await this.look();
  }

  /** Turn it off. */
  async disable() {
    await this.forget();
    await this.end();
    await this.look();
  }

  /** Before the person signs out: what is pushed to them must not be seen by the next one. */
  async leave() {
    await this.forget();
    try {
      await this.end();
    } catch {
      // The server knows it no more, so it is silent.
    }
  }

  /** See how things are; the person may have changed them in the browser. */
  async look() {
    this.state = await this.stateNow();
    this.emit("push");
  }

  /** @returns {Promise<PushState>} */
  async stateNow() {
    if (!this.browser.isSupported()) return "unsupported";
    if (this.browser.permission() === "denied") return "denied";
    const subscription = await this.subscription();
    return subscription && this.isKnown(subscription) ? "on" : "off";
  }

  /** @param {boolean} hasSignedIn */
  async keepUp(hasSignedIn) {
    if (!this.browser.isSupported() || this.browser.permission() !== "granted") return;
    const registration = await this.browser.registration();
    const subscription = await registration?.pushManager.getSubscription();
    if (!registration || !subscription) return;
    const isOld = this.clock.now() - (this.known()?.at ?? 0) >= DAY_MS;
    if (!hasSignedIn && this.isKnown(subscription) && !isOld) return;
    if (!hasSignedIn && (await this.wasRemoved(subscription))) await this.end();
    else await this.renew(registration);
  }

  /**
   * Whether this browser was taken off the list elsewhere: then it must not come back by itself.
   * @param {PushSubscription} subscription
   */
  async wasRemoved(subscription) {
    const known = this.known();
    if (!known || !this.isKnown(subscription)) return false;
    const { subscriptions } = await this.api.devices();
    return !subscriptions.some(({ id }) => id === known.id);
  }

  /** @param {ServiceWorkerRegistration} registration */
  async renew(registration) {
    const { key } = await this.api.pushKey();
    await this.tell(await subscribed(registration.pushManager, key));
  }

  /** @param {PushSubscription} subscription */
  async tell(subscription) {
    const { endpoint = "", keys } = subscription.toJSON();
    const { p256dh = "", auth = "" } = keys ?? {};
    const before = this.known();
    const { id } = await this.api.addDevice({ endpoint, keys: { p256dh, auth }, name: this.browser.name });
    this.browser.remember(JSON.stringify({ user: this.userId, endpoint, id, at: this.clock.now() }));
    if (before && before.user !== this.userId) this.emit("moved");
    else if (before && before.id !== id) await this.remove(before.id);
  }

  /** The server first: if it cannot be reached, nothing has changed. */
  async forget() {
    const known = this.known();
    if (known?.user === this.userId) await this.remove(known.id);
  }

  /** In the browser alone. */
  async end() {
    this.browser.remember(null);
    await (await this.subscription())?.unsubscribe();
  }

  /** @param {number} id one that the server no longer has is no matter */
  async remove(id) {
    try {
      await this.api.removeDevice(id);
    } catch (error) {
      if (!(error instanceof ApiError) || ![401, 404].includes(error.status)) throw error;
    }
  }

  async subscription() {
    const registration = this.browser.isSupported() ? await this.browser.registration() : undefined;
    return (await registration?.pushManager.getSubscription()) ?? null;
  }

  /** Whether the server was told of it, for this person. @param {PushSubscription} subscription */
  isKnown({ endpoint }) {
    const known = this.known();
    return known?.user === this.userId && known.endpoint === endpoint;
  }

  /** @returns {Known | null} */
  known() {
    try {
      return JSON.parse(this.browser.remembered() ?? "null");
    } catch {
      return null;
    }
  }
}

/**
 * The subscription that is there if it is for this key, else a new one.
 * @param {PushManager} manager
 * @param {string} key base64url
 */
async function subscribed(manager, key) {
  const old = await manager.getSubscription();
  if (old && isFor(old, key)) return old;
  await old?.unsubscribe();
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/** @param {PushSubscription} subscription @param {string} key */
function isFor(subscription, key) {
  const own = subscription.options?.applicationServerKey;
  // Some browsers do not tell; then it is as it was.
  return !own || base64url(own) === key.replace(/={1,2}$/, "");
}

/** @param {ArrayBuffer} buffer */
function base64url(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/={1,2}$/, "");
}
