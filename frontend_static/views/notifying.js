import { NotificationsApi } from "../core/notifications-api.js";
import { Push } from "../core/push.js";
import { ShownNotifications } from "../core/shown-notifications.js";
import { BrowserPush } from "./push-browser.js";
import { keepShellWhenIdle } from "./shell.js";

/** Pushes to this browser, what they show, and the service worker for both. Loaded when the chat is on the screen. */
export class Notifying {
  /** @param {{session: Session, isShared: boolean}} tools `isShared`: nothing is kept on this computer */
  constructor({ session, isShared }) {
    const browser = new BrowserPush();
    this.api = new NotificationsApi(session.api);
    this.push = new Push({ api: this.api, browser, clock: session.environment.clock, userId: session.me.id });
    this.shown = new ShownNotifications({ session, registration: () => browser.registration() });
    this.push.on("moved", () => this.shown.closeAll());
    if (!isShared) keepShellWhenIdle({ session, register: () => browser.register() });
  }
}
