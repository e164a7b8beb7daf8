import { explain } from "../core/explain.js";
import { othersIn } from "../core/people.js";
import { strings } from "../core/strings.js";
import { part } from "./dom.js";
import { ReplyBar } from "./reply-bar.js";
import { isTouch } from "./touch.js";

const LONGEST = 10_000;
/** From here on the room that is left is shown. */
const NEAR_END = 9_500;

/** Where messages are written, answered and edited. Unsent text is kept for each conversation. */
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
    /** @type {number | null} */
    this.conversation = null;
    /** @type {Message | null} */
    this.edited = null;
    /** Edits that were left, or not taken, before they were saved. @type {Map<number, {message: Message, text: string}>} */
    this.edits = new Map();
    this.isBusy = false;
    this.replyBar = new ReplyBar({ meId: session.me.id, closed: () => this.stopReplying() });
    /** It comes with the commands, one of which begins an edit. @type {import("./toasts.js").Toasts | null} */
    this.toasts = null;
    /** Completes names; it comes later. @type {import("./mention-list.js").MentionList | null} */
    this.mentions = null;
    // On glass there is no Shift to hold: Enter breaks the line, and the button sends.
    if (isTouch()) this.text.enterKeyHint = "enter";
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
    if (this.edited && this.conversation !== null) this.edits.set(this.conversation, { message: this.edited, text: this.text.value });
    this.conversation = id;
    const edit = id === null ? undefined : this.edits.get(id);
    this.edited = edit?.message ?? null;
    this.fill(edit?.text ?? this.draftOf(id));
  }

  keepDraft() {
    if (this.conversation === null || this.edited) return;
    this.session.drafts.set(this.conversation, this.text.value);
    this.draftsChanged();
  }

  /** @param {number | null} id */
  draftOf(id) {
    return this.session.drafts.of(id);
  }

  /** @param {string} text */
  fill(text) {
    this.text.value = text;
    this.error.textContent = "";
    this.mentions?.close();
    this.render();
  }

  /** Who can be mentioned. */
  people() {
    const conversation = this.session.conversation();
    return conversation ? othersIn(conversation, this.session.me.id) : [];
  }

  focus() {
    this.text.focus();
  }

  changed() {
    if (this.text.value.trim() !== "" && !this.edited) this.session.typed();
    if (this.conversation !== null && !this.edited) this.session.drafts.set(this.conversation, this.text.value);
    this.error.textContent = "";
    this.render();
  }

  render() {
    const length = Array.from(this.text.value.trim()).length;
    const isOver = length > LONGEST;
    this.count.textContent = length < NEAR_END ? "" : this.countText(LONGEST - length);
    this.count.classList.toggle("is-over", isOver);
    this.sendButton.disabled = length === 0 || isOver || (this.isBusy && this.edited !== null);
    part("editing", HTMLDivElement).hidden = this.edited === null;
    this.replyBar.render(this.conversation, this.edited !== null);
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
    if (event.isComposing || this.mentions?.keydown(event)) return;
    if (event.key === "Enter" && this.sends(event)) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && this.text.value === "") {
      event.preventDefault();
      this.editLast();
    } else if (event.key === "Escape" && (this.edited || this.replyBar.of(this.conversation))) {
      event.preventDefault();
      if (this.edited) this.stopEditing();
      else this.stopReplying();
    }
  }

  /** Whether this Enter sends the message. @param {KeyboardEvent} event */
  sends({ shiftKey, ctrlKey, metaKey }) {
    return ctrlKey || metaKey || (!shiftKey && !isTouch());
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
    const answered = this.replyBar.of(this.conversation)?.seq ?? null;
    this.replyBar.clear(this.conversation);
    this.fill("");
    this.session.send(text, answered);
    this.keepDraft();
    this.focus();
  }

  editLast() {
    const { conversation, session } = this;
    // What was just written is not there to be edited yet, and what came before it is not meant.
    const isSending = conversation !== null && session.outbox.queue(conversation).length > 0;
    const messages = conversation === null || isSending ? [] : (session.log()?.messages() ?? []);
    const isMine = (/** @type {Message} */ message) =>
      message.sender.id === session.me.id && !session.changes.shown(conversation ?? 0, message).deleted;
    const last = messages.findLast(isMine);
    if (last) this.edit(last);
  }

  /** @param {Message} message */
  reply(message) {
    this.stopEditing();
    this.replyBar.set(this.conversation, message);
    this.render();
    this.focus();
  }

  /** To what somebody else said last; where nobody did there is something to say all the same. */
  replyToLast() {
    const theirs = this.session.log()?.messages().filter(({ sender, deleted }) => sender.id !== this.session.me.id && !deleted);
    const last = theirs?.at(-1);
    if (last) this.reply(last);
    else this.focus();
  }

  stopReplying() {
    if (!this.replyBar.of(this.conversation)) return;
    this.replyBar.clear(this.conversation);
    this.render();
    this.focus();
  }

  /** @param {Message} message */
  edit(message) {
    this.keepDraft();
    this.edited = message;
    this.fill(message.text);
    this.focus();
    this.text.setSelectionRange(message.text.length, message.text.length);
  }

  /** A message that was refused, to be put right. @param {string} text @param {number | null} replyTo what it answers */
  rewrite(text, replyTo) {
    this.stopEditing();
    const answered = this.session.log()?.bySeq.get(replyTo ?? 0);
    if (answered) this.replyBar.set(this.conversation, answered);
    const draft = this.text.value.trim();
    this.fill(draft === "" ? text : `${text}\n${draft}`);
    this.keepDraft();
    this.session.drafts.save();
    this.focus();
  }

  stopEditing() {
    if (!this.edited) return;
    this.edited = null;
    if (this.conversation !== null) this.edits.delete(this.conversation);
    this.fill(this.draftOf(this.conversation));
    this.focus();
  }

  /** @param {number} seq a message that is deleted */
  stopIfEditing(seq) {
    if (this.edited?.seq === seq) this.stopEditing();
  }

  /** A text that is not taken stays: here, or for when its person comes back. @param {Message} message @param {string} text */
  async saveEdit(message, text) {
    const { conversation } = this;
    if (text === message.text) {
      this.stopEditing();
      return;
    }
    this.isBusy = true;
    this.render();
    try {
      await this.session.edit(message.seq, text);
      if (this.edited === message) this.stopEditing();
      else if (conversation !== null) this.edits.delete(conversation);
    } catch (error) {
      const reason = explain(error);
      if (this.edited === message) this.error.textContent = reason;
      else this.toasts?.say(strings.editNotSaved(reason));
    } finally {
      this.isBusy = false;
      this.render();
    }
  }
}
