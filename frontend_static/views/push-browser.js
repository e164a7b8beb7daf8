import { deviceName } from "../core/device-name.js";

const WORKER = "/sw.js";
const MEMORY = "hark-push";

/**
 * Web Push as this browser has it.
 * @implements {PushBrowser}
 */
export class BrowserPush {
  constructor() {
    this.name = deviceName(navigator.userAgent);
    /** @type {string | null} where the browser keeps nothing, this does until the page is closed */
    this.memory = null;
    /** @type {string | null} */
    this.workerUrl = null;
  }

  isSupported() {
    return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  }

  permission() {
    return Notification.permission;
  }

  askPermission() {
    return Notification.requestPermission();
  }

  async registration() {
    return "serviceWorker" in navigator ? navigator.serviceWorker.getRegistration("/") : undefined;
  }

  async register() {
    this.workerUrl ??= trustedUrl();
    await navigator.serviceWorker.register(this.workerUrl);
    return navigator.serviceWorker.ready;
  }

  remembered() {
    try {
      return localStorage.getItem(MEMORY);
    } catch {
      return this.memory;
    }
  }

  /** @param {string | null} text */
  remember(text) {
    this.memory = text;
    try {
      if (text === null) localStorage.removeItem(MEMORY);
      else localStorage.setItem(MEMORY, text);
    } catch {
      // The browser keeps nothing.
    }
  }
}

/** Under Trusted Types a script's address must be vouched for; this policy knows no other, and can be made once. */
function trustedUrl() {
  const policy = window.trustedTypes?.createPolicy("hark-service-worker", { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}
