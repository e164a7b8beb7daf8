import { strings } from "../core/strings.js";
import { part } from "./dom.js";
import { quoteText } from "./message-extras.js";

/** Above the text: the message that is being answered, in each conversation. */
export class ReplyBar {
  /** @param {{meId: number, closed: () => void}} tools */
  constructor({ meId, closed }) {
    this.meId = meId;
    this.root = part("replying", HTMLDivElement);
    /** @type {Map<number, Message>} */
    this.answered = new Map();
    part("replying-cancel", HTMLButtonElement).addEventListener("click", closed);
  }

  /** @param {number | null} conversation */
  of(conversation) {
    return conversation === null ? undefined : this.answered.get(conversation);
  }

  /** @param {number | null} conversation @param {Message} message */
  set(conversation, message) {
    if (conversation !== null) this.answered.set(conversation, message);
  }

  /** @param {number | null} conversation */
  clear(conversation) {
    if (conversation !== null) this.answered.delete(conversation);
  }

  /** @param {number | null} conversation @param {boolean} isEditing an edit answers nothing */
  render(conversation, isEditing) {
    const message = this.of(conversation);
    this.root.hidden = !message || isEditing;
    if (!message) return;
    const { sender } = message;
    part("replying-name", HTMLElement).textContent =
      sender.id === this.meId ? strings.replyingToYourself : strings.replyingTo(sender.name);
    part("replying-text", HTMLElement).textContent = quoteText(message);
  }
}
