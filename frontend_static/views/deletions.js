import { laterStrings } from "../core/later-strings.js";
import { strings } from "../core/strings.js";

/** @typedef {import("./toasts.js").Toasts} Toasts */

/** Shows what was deleted a moment ago, so that it can be taken back. */
export class DeletionsView {
  /** @param {{writes: import("../core/message-writes.js").MessageWrites, toasts: Toasts, undone: () => void}} tools */
  constructor({ writes, toasts, undone }) {
    this.writes = writes;
    this.toasts = toasts;
    this.undone = undone;
    /** @type {Map<Deletion, {state: string, toast: HTMLElement}>} */
    this.shown = new Map();
    writes.on("deletions", () => this.render());
    writes.on("refused", () => toasts.say(laterStrings.notDeleted(writes.refusal)));
    // The last word that a page gets to say, whether it is closed or frozen.
    addEventListener("pagehide", () => writes.deletions.flush());
    document.addEventListener("freeze", () => writes.deletions.flush());
  }

  render() {
    const { list } = this.writes.deletions;
    for (const [deletion, { state, toast }] of this.shown) {
      if (list.includes(deletion) && deletion.state === state) continue;
      toast.remove();
      this.shown.delete(deletion);
    }
    for (const deletion of list) if (deletion.state !== "sending" && !this.shown.has(deletion)) this.show(deletion);
  }

  /** @param {Deletion} deletion */
  show(deletion) {
    const { deletions } = this.writes;
    const isWaiting = deletion.state === "waiting";
    const toast = this.toasts.offer(isWaiting ? laterStrings.notDeletedYet : strings.deleted, {
      label: isWaiting ? laterStrings.keep : laterStrings.undo,
      action: () => {
        deletions.undo(deletion);
        this.undone();
      },
      paused: () => deletions.pause(deletion),
      resumed: () => deletions.resume(deletion),
    });
    this.shown.set(deletion, { state: deletion.state, toast });
  }
}
