import { strings } from "../core/strings.js";
import { part } from "./dom.js";

/** What is read within it is not worth a word; and what came is painted first. */
const SETTLE_MS = 250;

/** @typedef {{setAppBadge?: (count: number) => Promise<void>, clearAppBadge?: () => Promise<void>}} Badges of an installed app (Badging API) */

/** How much is unread: in the tab's title, by a dot on its picture, and on the app's where there is one. */
export class Title {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.shown = 0;
    /** @type {unknown} */
    this.timer = undefined;
    session.on("conversations", () => this.renderSoon());
  }

  renderSoon() {
    this.timer ??= this.session.environment.clock.setTimeout(() => this.render(), SETTLE_MS);
  }

  render() {
    this.stopWaiting();
    this.show(this.session.store.unreadTotal());
  }

  /** Nobody is signed in: nothing is unread. */
  clear() {
    this.stopWaiting();
    this.show(0);
  }

  stopWaiting() {
    this.session.environment.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** @param {number} unread */
  show(unread) {
    if (unread === this.shown) return;
    this.shown = unread;
    document.title = unread > 0 ? strings.titleWithUnread(unread) : strings.productName;
    showDot(unread > 0);
    const badges = /** @type {Badges} */ (navigator);
    const badge = unread > 0 ? badges.setAppBadge?.(unread) : badges.clearAppBadge?.();
    badge?.catch(() => {});
  }
}

/** @param {boolean} isUnread */
function showDot(isUnread) {
  const link = part("favicon", HTMLLinkElement);
  link.dataset.read ??= link.href;
  const picture = isUnread ? link.dataset.unread : link.dataset.read;
  if (picture && link.getAttribute("href") !== picture) link.href = picture;
}
