/**
 * Closes the notifications of conversations that were read: here, or on another device as a poll tells.
 */
export class ShownNotifications {
  /** @param {{session: Session, registration: () => Promise<ServiceWorkerRegistration | undefined>}} tools */
  constructor({ session, registration }) {
    this.session = session;
    this.registration = registration;
    this.signature = "";
    session.on("conversations", () => this.closeRead());
  }

  /** Asks the browser only if a conversation was read, or went on, since it did last. */
  async closeRead() {
    const read = [...this.session.store.conversations.values()].filter(({ unread }) => unread === 0);
    const signature = read.map(({ id, last_seq }) => `${id}:${last_seq}`).join(" ");
    if (signature === this.signature) return;
    this.signature = signature;
    const tags = new Set(read.map(({ id }) => `c${id}`));
    await this.close(({ tag }) => tags.has(tag));
  }

  /** The person leaves this browser. */
  closeAll() {
    return this.close(() => true);
  }

  /** @param {(notification: Notification) => boolean} isMeant */
  async close(isMeant) {
    const registration = await this.registration();
    const shown = (await registration?.getNotifications()) ?? [];
    for (const notification of shown.filter(isMeant)) notification.close();
  }
}
