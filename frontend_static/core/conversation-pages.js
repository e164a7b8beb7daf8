/** The server's first answer holds at most this many conversations; the list pages on from there. */
const FIRST_ANSWER = 50;

/** Brings the conversations that are further down the list. */
export class ConversationPages {
  /** @param {Api} api */
  constructor(api) {
    this.api = api;
    /** @type {number | null} */
    this.before = null;
    this.isBusy = false;
    this.isWhole = false;
  }

  /** @param {Store} store */
  async loadMore(store) {
    if (this.isBusy || this.isWhole || store.conversations.size < FIRST_ANSWER) return;
    this.isBusy = true;
    try {
      const page = await this.api.conversations(this.before);
      page.conversations.forEach((conversation) => store.addConversation(conversation));
      this.before = page.next;
      this.isWhole = page.next === null;
    } catch {
      // Scrolling on asks again.
    } finally {
      this.isBusy = false;
    }
  }
}
