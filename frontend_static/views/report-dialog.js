import { reportMessage } from "../core/consent.js";
import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { strings } from "../core/strings.js";
import { button, el, icon } from "./dom.js";
import { Toasts } from "./toasts.js";

const NOTE_MAX = 1000; // characters, as the server has it
const REASONS = /** @type {const} */ (["spam", "abuse", "other"]);

/** Asks what is wrong with a message, and reports it to the operator. */
export class ReportDialog {
  /** @param {{session: Session}} tools */
  constructor({ session }) {
    this.session = session;
    this.toasts = new Toasts(session.environment.clock);
  }

  /** @param {number} seq of the open conversation */
  open(seq) {
    const id = this.session.opened?.id;
    if (id === undefined) return;
    const note = el("textarea", "report-note");
    Object.assign(note, { id: "report-note", rows: 3, maxLength: NOTE_MAX, dir: "auto" });
    const error = el("p", "form-error");
    error.setAttribute("role", "alert");
    const dialog = el("dialog", "dialog report-dialog");
    dialog.id = "report-dialog";
    dialog.setAttribute("aria-labelledby", "report-title");
    const form = el("form", "", header(dialog), el("p", "", laterStrings.reportText), reasons(), noteField(note), error, footer(dialog));
    form.method = "dialog";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(dialog, { id, seq, reason: chosen(form), note: note.value.trim() }, error);
    });
    dialog.append(form);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  /**
   * @param {HTMLDialogElement} dialog
   * @param {{id: number, seq: number, reason: ReportReason, note: string}} report
   * @param {HTMLElement} error
   */
  async send(dialog, { id, seq, ...report }, error) {
    if (dialog.ariaBusy === "true") return;
    dialog.ariaBusy = "true";
    error.textContent = "";
    try {
      await reportMessage(this.session.api, id, seq, report);
      dialog.close();
      this.toasts.say(laterStrings.reported);
    } catch (fault) {
      error.textContent = explainLater(fault);
    } finally {
      dialog.ariaBusy = null;
    }
  }
}

/** @param {HTMLDialogElement} dialog */
function header(dialog) {
  const title = el("h2", "", laterStrings.reportTitle);
  title.id = "report-title";
  const close = button("", "icon-button", () => dialog.close());
  close.append(icon("close"));
  close.setAttribute("aria-label", strings.close);
  return el("header", "dialog-header", title, close);
}

function reasons() {
  const choices = REASONS.map((reason, index) => {
    const input = el("input", "");
    Object.assign(input, { type: "radio", name: "reason", value: reason, checked: index === 0 });
    return el("label", "report-reason", input, el("span", "", laterStrings.reportReasons[reason]));
  });
  return el("fieldset", "report-reasons", el("legend", "", laterStrings.reportWhy), ...choices);
}

/** @param {HTMLTextAreaElement} note */
function noteField(note) {
  const label = el("label", "", laterStrings.reportNote);
  label.htmlFor = note.id;
  return el("div", "field", label, note);
}

/** @param {HTMLDialogElement} dialog */
function footer(dialog) {
  const send = el("button", "button button-primary", laterStrings.reportSend);
  return el("footer", "dialog-footer", button(laterStrings.cancel, "button", () => dialog.close()), send);
}

/** @param {HTMLFormElement} form @returns {ReportReason} */
function chosen(form) {
  return /** @type {ReportReason} */ (new FormData(form).get("reason"));
}
