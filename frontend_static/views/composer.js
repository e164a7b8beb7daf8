import { strings } from "../core/strings.js";
import { part } from "./dom.js";

const LONGEST = 10_000;
/** From here on the room that is left is shown. */
const NEAR_END = 9_500;

/** Where messages are written and edited. Unsent text is kept for each conversation. */
export class Composer {
  /** @param {{session: Session, draftsChanged: () => void}} tools */
  constructor({ session, draftsChanged }) {
    this.session = session;
    this.draftsChanged = draftsChanged;
    this.form = part("composer", HTMLFormElement);
    this.text = part("composer-text", HTMLTextAreaElement);
    this.sendButton = part("composer-send", HTMLButtonElement);
    this.error = part("composer-error", HTMLParagraphElement);
    this.count = part("composer-count", HTMLParagraphElement);
    /** @type {Map<number, string>} */
    this.drafts = new Map();
    /** @type {number | null} */
    this.conversation = null;
    /** @type {Message | null} */
    this.edited = null;
    this.isBusy = false;
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.keydown(event));
    part("editing-cancel", HTMLButtonElement).addEventListener("click", () => this.stopEditing());
    new ResizeObserver(() => this.grow()).observe(this.form);
    session.on("opened", () => this.opened());
  }

  /** Another conversation is open: its draft comes back. */
  opened() {
    const id = this.session.opened?.id ?? null;
    if (id === this.conversation) return;
    this.keepDraft();
    this.conversation = id;
    this.edited = null;
    this.fill(this.draftOf(id));
  }

  keepDraft() {
    if (this.conversation === null || this.edited) return;
    if (this.text.value.trim() === "") this.drafts.delete(this.conversation);
    else this.drafts.set(this.conversation, this.text.value);
    this.draftsChanged();
  }

  /** @param {number | null} id */
  draftOf(id) {
    return id === null ? "" : (this.drafts.get(id) ?? "");
  }

  /** @param {string} text */
  fill(text) {
    this.text.value = text;
    this.error.textContent = "";
    this.render();
  }

  focus() {
    this.text.focus();
  }

  changed() {
    if (this.text.value.trim() !== "" && !this.edited) this.session.typed();
    this.error.textContent = "";
    this.render();
  }

  render() {
    const length = Array.from(this.text.value.trim()).length;
    const isOver = length > LONGEST;
    this.count.textContent = length < NEAR_END ? "" : this.countText(LONGEST - length);
    this.count.classList.toggle("is-over", isOver);
    this.sendButton.disabled = length === 0 || isOver || this.isBusy;
    part("editing", HTMLDivElement).hidden = this.edited === null;
    this.grow();
  }

  /** As high as the text. While the composer is hidden there is nothing to measure. */
  grow() {
    this.text.style.height = "";
    if (this.text.scrollHeight > 0) this.text.style.height = `${this.text.scrollHeight}px`;
  }

  /** @param {number} left */
  countText(left) {
    return left < 0 ? strings.charactersOver(-left) : strings.charactersLeft(left);
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    // While an input method composes a word, Enter and the arrows belong to it.
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && this.text.value === "") {
      event.preventDefault();
      this.editLast();
    } else if (event.key === "Escape" && this.edited) {
      event.preventDefault();
      this.stopEditing();
    }
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (text === "" || this.sendButton.disabled) return;
    if (this.edited) {
      await this.saveEdit(this.edited, text);
      return;
    }
    this.fill("");
    this.keepDraft();
    this.session.send(text);
    this.focus();
  }

  editLast() {
    const mine = this.session.log()?.messages().filter(({ sender, deleted }) => sender.id === this.session.me.id && !deleted);
    const last = mine?.at(-1);
    if (last) this.edit(last);
  }

  /** @param {Message} message */
  edit(message) {
    this.keepDraft();
    this.edited = message;
    this.fill(message.text);
    this.focus();
    this.text.setSelectionRange(message.text.length, message.text.length);
  }

  /** @param {string} text a message that was refused, to be put right */
  rewrite(text) {
    this.stopEditing();
    const draft = this.text.value.trim();
    this.fill(draft === "" ? text : `${text}\n${draft}`);
    this.focus();
  }

  stopEditing() {
    if (!this.edited) return;
    this.edited = null;
    this.fill(this.draftOf(this.conversation));
    this.focus();
  }

  /** @param {Message} message @param {string} text */
  async saveEdit(message, text) {
    if (text === message.text) {
      this.stopEditing();
      return;
    }
    this.isBusy = true;
    this.render();
    try {
      await this.session.edit(message.seq, text);
      if (this.edited === message) this.stopEditing();
    } catch (error) {
      if (this.edited === message) this.error.textContent = String(error instanceof Error ? error.message : error);
    } finally {
      this.isBusy = false;
      this.render();
    }
  }
}
