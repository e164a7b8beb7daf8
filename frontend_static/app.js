import { Api } from "./core/api.js";
import { isSignedOut } from "./core/api-error.js";
import { backoffSeconds } from "./core/backoff.js";
import { newClientId } from "./core/ids.js";
import { MemoryStorage } from "./core/memory-storage.js";
import { NotificationsApi } from "./core/notifications-api.js";
import { Push } from "./core/push.js";
import { knownPath } from "./core/route.js";
import { Session } from "./core/session.js";
import { strings } from "./core/strings.js";
import { TimeFormat } from "./core/time.js";
import { Attention } from "./views/attention.js";
import { Chat } from "./views/chat.js";
import { part } from "./views/dom.js";
import { tellOtherTabs, tellSignedOut } from "./views/other-tabs.js";
import { BrowserPush } from "./views/push-browser.js";
import { SignIn } from "./views/sign-in.js";
import { followVisibleHeight } from "./views/viewport.js";
import { listenToWorker } from "./views/worker-messages.js";

/** Joins the parts: who is signed in, and which of the two pages they see. */
class App {
  constructor() {
    this.clock = browserClock();
    this.api = new Api({ fetch: (...request) => fetch(...request), csrfToken, clock: this.clock });
    this.notifications = new NotificationsApi(this.api);
    this.pushBrowser = new BrowserPush();
    this.attention = new Attention(this.clock);
    this.signIn = new SignIn({ api: this.api, signedIn: (me) => this.enter(me, true) });
    this.starting = part("starting", HTMLDivElement);
    /** @type {Session | null} */
    this.session = null;
    /** @type {Chat | null} */
    this.chat = null;
    this.failures = 0;
    listenToWorker({ shown: () => this.shownConversation(), open: (path) => this.open(knownPath(path)) });
  }

  async start() {
    try {
      this.enter(await this.api.me(), false);
    } catch (error) {
      if (isSignedOut(error)) this.askToSignIn(false);
      else this.startLater();
    }
  }

  startLater() {
    this.failures += 1;
    part("starting-text", HTMLParagraphElement).textContent = strings.connecting;
    this.clock.setTimeout(() => this.start(), backoffSeconds(this.failures, Math.random) * 1000);
  }

  /** @param {Me} me @param {boolean} hasSignedIn just now, at this page */
  enter(me, hasSignedIn) {
    this.starting.hidden = true;
    if (this.session && this.session.me.id !== me.id) {
      location.assign("/");
      return;
    }
    this.signIn.hide();
    this.session ??= this.newSession(me);
    this.chat ??= this.newChat(this.session);
    this.chat.show();
    this.session.start();
    this.chat.push.start(hasSignedIn);
  }

  /** The conversation that somebody can see, for the service worker. */
  shownConversation() {
    return this.chat?.isShown() && this.attention.isVisible() ? (this.session?.opened?.id ?? null) : null;
  }

  /** Where a notification leads that was clicked; for one who must sign in first, after that. @param {string} path */
  open(path) {
    if (this.chat?.isShown()) this.chat.openFromNotification(path);
    else history.replaceState(null, "", path);
  }

  /** @param {Me} me */
  newSession(me) {
    const environment = {
      clock: this.clock,
      random: Math.random,
      newId: () => newClientId(crypto),
      isVisible: () => this.attention.isVisible(),
      isPresent: () => this.attention.isPresent(),
      isAttentive: () => this.attention.isAttentive(),
      locks: navigator.locks,
      openChannel: (/** @type {string} */ name) => new BroadcastChannel(name),
    };
    tellOtherTabs(me.id, () => location.replace("/"));
    const session = new Session({ api: this.api, me, storage: new MemoryStorage(), environment });
    session.on("signed-out", () => this.askToSignIn(true));
    addEventListener("pagehide", () => session.rest());
    return session;
  }

  /** @param {Session} session */
  newChat(session) {
    const { notifications, attention } = this;
    const push = new Push({ api: notifications, browser: this.pushBrowser, clock: this.clock, userId: session.me.id });
    const signOut = () => this.signOut(session);
    return new Chat({ session, notifications, push, time: new TimeFormat(), attention, signOut });
  }

  /** @param {boolean} wasSignedOut */
  askToSignIn(wasSignedOut) {
    this.starting.hidden = true;
    this.chat?.hide();
    this.signIn.show(wasSignedOut);
    document.title = strings.productName;
  }

  /** @param {Session} session */
  async signOut(session) {
    try {
      await this.chat?.push.leave();
      await session.leave();
    } catch {
      this.chat?.say(strings.noConnection);
      return;
    }
    this.chat?.hide();
    await this.chat?.shown.closeAll();
    tellSignedOut();
    // Going back must not bring the conversations of somebody who left out of the browser's memory.
    addEventListener("pageshow", () => location.reload());
    location.replace("/");
  }
}

/** @returns {Clock} */
function browserClock() {
  return {
    now: () => Date.now(),
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
    clearTimeout: (timer) => clearTimeout(/** @type {number | undefined} */ (timer)),
  };
}

/** Read anew for each request: signing in changes it. */
function csrfToken() {
  const match = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie);
  return match ? decodeURIComponent(match[1]) : "";
}

followVisibleHeight();
new App().start();
