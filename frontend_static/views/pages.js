import { fill } from "./settings-status.js";

const PAGE = 20;

/**
 * A list that comes page by page, newest first. One answer at a time counts: that to the latest question.
 * @template Entry
 * @template Next
 */
export class Pages {
  /**
   * @param {object} tools
   * @param {HTMLOListElement} tools.list
   * @param {HTMLButtonElement} tools.more the button that asks for the next page
   * @param {HTMLElement} tools.empty what is said where there is nothing
   * @param {import("./settings-status.js").Status} tools.status
   * @param {(next: Next | null, limit: number) => Promise<{entries: Entry[], next: Next | null}>} tools.ask
   * @param {(entry: Entry) => HTMLElement} tools.item
   */
  constructor({ list, more, empty, status, ask, item }) {
    this.list = list;
    this.more = more;
    this.empty = empty;
    this.status = status;
    this.ask = ask;
    this.item = item;
    /** @type {Next | null} */
    this.next = null;
    this.questions = 0;
    more.addEventListener("click", () => this.loadMore());
  }

  /** The first page, in the place of all that there is. */
  load() {
    return this.take(null);
  }

  async loadMore() {
    if (this.more.ariaBusy === "true") return;
    const { length } = this.list.children;
    await this.take(this.next);
    const first = this.list.children[length];
    if (this.more.hidden && first instanceof HTMLElement) first.focus();
  }

  /** @param {Next | null} next */
  async take(next) {
    const question = ++this.questions;
    const isLatest = () => question === this.questions;
    this.more.ariaBusy = "true";
    await fill(this.status, async () => {
      const page = await this.ask(next, PAGE);
      if (!isLatest()) return;
      if (next === null) this.list.replaceChildren();
      this.add(page);
    });
    if (isLatest()) this.more.ariaBusy = null;
  }

  /** @param {{entries: Entry[], next: Next | null}} page */
  add({ entries, next }) {
    this.next = next;
    this.list.append(...entries.map(this.item));
    this.more.hidden = next === null;
    this.empty.hidden = this.list.children.length > 0;
  }
}
