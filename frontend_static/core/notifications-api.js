/** What the HTTP contract says of notifications, as methods. Errors are those of Api. */
export class NotificationsApi {
  /** @param {Api} api */
  constructor(api) {
    this.api = api;
  }

  /** @returns {Promise<NotificationSettings>} */
  settings() {
    return this.api.data("GET", "/notification-settings");
  }

  /** @param {Partial<NotificationChoices>} changes @returns {Promise<NotificationSettings>} */
  change(changes) {
    return this.api.data("PATCH", "/notification-settings", changes);
  }

  /** Mail may be tried again. @returns {Promise<void>} */
  forgive() {
    return this.api.data("DELETE", "/notification-settings/email-suppression");
  }

  /** @returns {Promise<void>} */
  testEmail() {
    return this.api.data("POST", "/notification-settings/test", { channel: "email" });
  }

  /** @param {number} subscription @returns {Promise<void>} */
  testPush(subscription) {
    return this.api.data("POST", "/notification-settings/test", { channel: "push", subscription });
  }

  /** @returns {Promise<{conversations: Conversation[]}>} */
  muted() {
    return this.api.data("GET", "/notification-settings/muted");
  }

  /** @param {number | null} before @param {number} limit @returns {Promise<LogPage>} */
  log(before, limit) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (before !== null) query.set("before", String(before));
    return this.api.data("GET", `/notifications/log?${query}`);
  }

  /** @param {number} conversation @returns {Promise<{reach: Reach[]}>} */
  reach(conversation) {
    return this.api.data("GET", `/conversations/${conversation}/reach`);
  }

  /** @param {number} conversation @param {ConversationNotifications} chosen @returns {Promise<Conversation>} */
  choose(conversation, chosen) {
    return this.api.data("PUT", `/conversations/${conversation}/notifications`, chosen);
  }

  /** @returns {Promise<{key: string}>} base64url of the public VAPID key (RFC 8292) */
  pushKey() {
    return this.api.data("GET", "/push/key");
  }

  /** @returns {Promise<{subscriptions: PushDevice[]}>} */
  devices() {
    return this.api.data("GET", "/push/subscriptions");
  }

  /** The same endpoint again is the same device. @param {NewPushDevice} device @returns {Promise<PushDevice>} */
  addDevice(device) {
    return this.api.data("POST", "/push/subscriptions", device);
  }

  /** @param {number} id @returns {Promise<void>} */
  removeDevice(id) {
    return this.api.data("DELETE", `/push/subscriptions/${id}`);
  }

  /** @param {{language?: string, timezone?: string, findable?: boolean}} changes @returns {Promise<Me>} */
  changeMe(changes) {
    return this.api.data("PATCH", "/me", changes);
  }
}
