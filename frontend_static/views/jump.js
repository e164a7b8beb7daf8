import { strings } from "../core/strings.js";
import { part } from "./dom.js";

/** The button that leads to the newest message, and says how many are new. */
export class Jump {
  /** @param {{session: Session, go: () => void}} tools */
  constructor({ session, go }) {
    this.session = session;
    this.button = part("jump", HTMLButtonElement);
    this.button.addEventListener("click", go);
  }

  hide() {
    this.button.hidden = true;
  }

  /** @param {boolean} isPinned whether the reader is at the end @param {number} seenSeq how far they have seen */
  render(isPinned, seenSeq) {
    const news = this.news(seenSeq);
    this.button.hidden = isPinned;
    this.button.classList.toggle("has-news", news > 0);
    part("jump-text", HTMLSpanElement).textContent = strings.jump(news);
  }

  /** Those that the window does not hold are counted by the server. @param {number} seenSeq */
  news(seenSeq) {
    const log = this.session.log();
    if (log?.hasNewer) return this.session.conversation()?.unread ?? 0;
    const isNew = (/** @type {Message} */ { seq, sender, deleted }) => seq > seenSeq && sender.id !== this.session.me.id && !deleted;
    return log?.messages().filter(isNew).length ?? 0;
  }
}
