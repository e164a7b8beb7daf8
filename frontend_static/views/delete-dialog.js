import { part } from "./dom.js";

/** Asks before a message is deleted. */
export class DeleteDialog {
  constructor() {
    this.dialog = part("delete-dialog", HTMLDialogElement);
    this.error = part("delete-error", HTMLParagraphElement);
    this.confirm = part("delete-confirm", HTMLButtonElement);
    /** @type {() => Promise<void>} */
    this.action = async () => {};
    part("delete-form", HTMLFormElement).addEventListener("submit", (event) => this.submit(event));
    part("delete-cancel", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
  }

  /** @param {() => Promise<void>} action */
  ask(action) {
    this.action = action;
    this.error.textContent = "";
    this.dialog.showModal();
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    this.confirm.disabled = true;
    try {
      await this.action();
      this.dialog.close();
    } catch (error) {
      this.error.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      this.confirm.disabled = false;
    }
  }
}
