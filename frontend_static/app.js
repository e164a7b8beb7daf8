import { Api } from "./core/api.js";
import { isSignedOut } from "./core/api-error.js";
import { backoffSeconds } from "./core/backoff.js";
import { BrowserMemory } from "./core/browser-memory.js";
import { Identity } from "./core/identity.js";
import { newClientId } from "./core/ids.js";
import { knownPath } from "./core/route.js";
import { Session } from "./core/session.js";
import { strings } from "./core/strings.js";
import { TabLocks } from "./core/tab-locks.js";
import { TimeFormat } from "./core/time.js";
import { Attention } from "./views/attention.js";
import { browserClock, browserStorage, csrfToken } from "./views/browser.js";
import { Chat } from "./views/chat.js";
import { part } from "./views/dom.js";
import { browserLanguage, onLanguage, speak } from "./views/language.js";
import { tellOtherTabs, tellSignedIn } from "./views/other-tabs.js";
import { watchPage } from "./views/page-life.js";
import { Stay } from "./views/stay.js";
import { followVisibleHeight } from "./views/viewport.js";
import { listenToWorker } from "./views/worker-messages.js";

/** @typedef {import("./core/belongings.js").Belongings} Belongings */
/** @typedef {import("./core/snapshot.js").Snapshot} Snapshot */

/** Joins the parts: who is signed in, and which of the two pages they see. */
class App {
  constructor() {
    this.clock = browserClock();
    this.api = new Api({ fetch: (...request) => fetch(...request), csrfToken, clock: this.clock });
    this.identity = new Identity({ ask: () => this.api.me(), another: () => this.anotherPerson(), clock: this.clock });
    this.api.confirm = () => this.identity.confirm();
    this.tabs = new TabLocks({ locks: navigator.locks, id: newClientId(crypto), clock: this.clock });
    this.memory = new BrowserMemory({ ...browserStorage, tabs: this.tabs, clock: this.clock });
    this.attention = new Attention(this.clock);
    /** @type {import("./views/sign-in.js").SignIn | null} */
    this.signIn = null;
    this.starting = part("starting", HTMLDivElement);
    /** @type {Stay | null} */
    this.stay = null;
    this.failures = 0;
    this.isEnding = false;
    listenToWorker({ shown: () => this.shownConversation(), open: (path) => this.open(knownPath(path)) });
    onLanguage(() => void (this.stay && this.memory.keepOnly(this.stay.me)));
    watchPage({ hidden: () => this.stay?.save(), left: () => this.leftScreen(), returned: () => this.returned() });
  }

  /** With whoever was here last, before the server has said a word; it is asked meanwhile. */
  async start() {
    this.tabs.hold();
    const me = this.memory.person();
    speak(me?.language ?? browserLanguage()).then((isSpoken) => isSpoken && this.sayStarting());
    if (!me || !(await this.paint(me))) await this.ask();
  }

  /** @param {Me} me @returns {Promise<boolean>} whether there was something to paint */
  async paint(me) {
    this.identity.doubt(me);
    let isRefused = false;
    // They may have chosen another language elsewhere.
    this.identity.confirm().then(() => speak(me.language)).catch((error) => (isRefused = isSignedOut(error)));
    const belongings = this.memory.of(me);
    const [snapshot] = await Promise.all([belongings.load(), speak(me.language)]);
    if (this.isEnding) return true;
    if (isRefused) belongings.forgetSnapshot();
    if (!snapshot || isRefused) {
      this.identity.know();
      return false;
    }
    this.stay = this.newStay(me, belongings, snapshot);
    this.show(false);
    return true;
  }

  async ask() {
    try {
      await this.enter(await this.api.me(), false);
    } catch (error) {
      if (isSignedOut(error)) await this.askToSignIn(false);
      else this.askLater();
    }
  }

  askLater() {
    this.failures += 1;
    this.sayStarting();
    this.clock.setTimeout(() => this.ask(), backoffSeconds(this.failures, Math.random) * 1000);
  }

  sayStarting() {
    part("starting-text", HTMLParagraphElement).textContent = this.failures > 0 ? strings.connecting : strings.opening;
  }

  /** @param {Me} me @param {boolean} isShared as they say of the computer */
  async signedIn(me, isShared) {
    this.memory.setShared(isShared);
    await this.enter(me, true);
  }

  /** @param {Me} me as the server has just said @param {boolean} hasSignedIn just now, at this page */
  async enter(me, hasSignedIn) {
    this.identity.know();
    await this.memory.keepOnly(me);
    if (this.stay && this.stay.me.id !== me.id) {
      location.assign("/");
      return;
    }
    await speak(me.language);
    await this.stay?.belongings.resume(this.memory.isShared());
    if (!this.stay) {
      const belongings = this.memory.of(me);
      this.stay = this.newStay(me, belongings, await belongings.load());
    }
    this.show(hasSignedIn);
    if (hasSignedIn) tellSignedIn(me.id);
  }

  /** Whose session had ended in all tabs goes on in all of them. */
  signedInElsewhere() {
    if (!this.stay?.chat.isShown()) this.ask();
  }

  /** @param {boolean} hasSignedIn */
  show(hasSignedIn) {
    this.starting.hidden = true;
    this.signIn?.hide();
    this.stay?.begin(hasSignedIn);
  }

  /** The conversation that somebody can see, for the service worker. */
  shownConversation() {
    return this.stay?.chat.isShown() && this.attention.isVisible() ? (this.stay.session.opened?.id ?? null) : null;
  }

  /** Where a notification leads that was clicked; for one who must sign in first, after that. @param {string} path */
  open(path) {
    if (this.stay?.chat.isShown()) this.stay.chat.openFromNotification(path);
    else history.replaceState(null, "", path);
  }

  /** @param {Me} me @param {Belongings} belongings @param {Snapshot | null} snapshot */
  newStay(me, belongings, snapshot) {
    tellOtherTabs(me.id, { another: () => this.isEnding || location.replace("/"), again: () => this.signedInElsewhere() });
    const { api, attention, clock } = this;
    const session = new Session({ api, me, ...keptOf(belongings), snapshot, environment: this.environment() });
    session.on("signed-out", () => this.refused(session));
    const chat = new Chat({
      ...{ session, isShared: this.memory.isShared(), time: new TimeFormat(), attention },
      signOut: (end, path) => this.signOut(end, path),
    });
    return new Stay({ session, chat, belongings, clock });
  }

  /** @param {Session} session the server takes it for that of nobody */
  async refused(session) {
    if (!(await this.identity.isStill(session.me))) await this.askToSignIn(true);
    else if (!this.isEnding) session.start();
  }

  /** @returns {Environment} */
  environment() {
    return {
      clock: this.clock,
      random: Math.random,
      newId: () => newClientId(crypto),
      isVisible: () => this.attention.isVisible(),
      isPresent: () => this.attention.isPresent(),
      isAttentive: () => this.attention.isAttentive(),
      locks: navigator.locks,
      openChannel: (/** @type {string} */ name) => new BroadcastChannel(name),
    };
  }

  /** @param {boolean} wasSignedOut */
  async askToSignIn(wasSignedOut) {
    // A poll may hear it before they have left.
    if (this.isEnding) return;
    this.stay?.interrupt();
    // Who was signed out goes on in their own language.
    if (!wasSignedOut) await speak(browserLanguage());
    document.title = strings.productName;
    try {
      const { SignIn } = await import("./views/sign-in.js");
      this.signIn ??= new SignIn({ api: this.api, signedIn: (me, isShared) => this.signedIn(me, isShared) });
    } catch {
      this.starting.hidden = false;
      this.askLater();
      return;
    }
    this.starting.hidden = true;
    this.signIn.show(wasSignedOut);
  }

  /**
   * @param {() => Promise<void>} [end] a request that ends more than this session; throws what it throws
   * @param {string} [path] where to go then
   */
  async signOut(end, path = "/") {
    const { stay } = this;
    this.isEnding = true;
    try {
      await stay?.leave(end);
    } catch (error) {
      this.isEnding = false;
      if (end) throw error;
      stay?.chat.say(strings.noConnection);
      return;
    }
    await this.memory.wipe();
    this.memory.setShared(false);
    tellSignedIn(null);
    // Going back must not bring the conversations of somebody who left out of the browser's memory.
    addEventListener("pageshow", () => location.reload());
    location.replace(path);
  }

  /** Not they are signed in whose chat is on the screen: nothing of it stays. */
  async anotherPerson() {
    this.isEnding = true;
    this.stay?.interrupt();
    this.starting.hidden = false;
    await this.memory.wipe();
    location.replace("/");
  }

  leftScreen() {
    this.stay?.session.rest();
    this.tabs.letGo();
  }

  /** As it was left, but somebody else may be at it now. */
  returned() {
    this.tabs.hold();
    if (!this.stay?.chat.isShown()) return;
    this.identity.doubt(this.stay.me);
    if (!this.memory.isShared() && this.memory.person()?.id !== this.stay.me.id) this.anotherPerson();
  }
}

/** What a session needs of them. @param {Belongings} belongings */
function keptOf({ outbox, drafts }) {
  return { storage: outbox, drafts };
}

followVisibleHeight();
new App().start();
