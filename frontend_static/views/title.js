import { strings } from "../core/strings.js";

/**
 * The title of the tab says how much is unread.
 * @param {Session} session
 */
export function showTitle(session) {
  session.on("conversations", () => {
    const unread = session.store.unreadTotal();
    document.title = unread > 0 ? strings.titleWithUnread(unread) : strings.productName;
  });
}
