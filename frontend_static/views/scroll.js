const BOTTOM_PX = 80;

/** Keeps the reader's place: at the bottom when they were there, else at the line they were looking at. */
export class ScrollKeeper {
  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list its children are the lines
   */
  constructor(scroller, list) {
    this.scroller = scroller;
    this.list = list;
    this.isPinned = true;
    /** Whether the list ends where the conversation does: a reader at the end of a part of it has not come to the end. */
    this.isWhole = true;
    scroller.addEventListener("scroll", () => this.note(), { passive: true });
    new ResizeObserver(() => this.settle()).observe(scroller);
  }

  /** Where the reader is, judged only by their own scrolling and not by content that grew. */
  note() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.isPinned = this.isWhole && scrollHeight - scrollTop - clientHeight < BOTTOM_PX;
  }

  /** @param {() => void} change what alters the list */
  during(change) {
    this.isPinned &&= this.isWhole;
    const anchor = this.isPinned ? null : this.firstVisible();
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (!anchor) this.settle();
    else if (anchor.isConnected) this.scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  /** The window or the composer changed its size. */
  settle() {
    if (this.isPinned) this.toBottom();
  }

  toBottom() {
    this.isPinned = this.isWhole;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** @param {Element} line */
  toLine(line) {
    const offset = line.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    this.scroller.scrollTop += offset - this.scroller.clientHeight / 4;
    this.note();
  }

  /** Whether what is there can be seen at all: another pane may be on the screen. */
  isShown() {
    return this.scroller.clientHeight > 0;
  }

  /** @param {Element} line */
  isAbove(line) {
    return line.getBoundingClientRect().top < this.scroller.getBoundingClientRect().top;
  }

  firstVisible() {
    const top = this.scroller.getBoundingClientRect().top;
    return [...this.list.children].find((line) => line.getBoundingClientRect().bottom > top) ?? null;
  }

  /** The `seq` of the first message that can be seen, null for none. */
  firstVisibleSeq() {
    let line = this.firstVisible();
    while (line instanceof HTMLElement && !line.dataset.seq) line = line.nextElementSibling;
    return line instanceof HTMLElement ? Number(line.dataset.seq) : null;
  }

  /** The `seq` of the last message whose end can be seen, 0 for none. */
  lastVisibleSeq() {
    const bottom = this.scroller.getBoundingClientRect().bottom + 1;
    const lines = /** @type {HTMLElement[]} */ ([...this.list.children]);
    const line = lines.findLast((each) => each.dataset.seq && each.getBoundingClientRect().bottom <= bottom);
    return Number(line?.dataset.seq ?? 0);
  }
}
