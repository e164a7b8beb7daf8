import { accountStrings } from "../../core/account-strings.js";
import { ApiError } from "../../core/api-error.js";
import { explainProof, isCode } from "../../core/explain-account.js";
import { laterStrings } from "../../core/later-strings.js";
import { strings } from "../../core/strings.js";
import { button, el, icon } from "../dom.js";
import { fieldOf } from "./fields.js";

/** @typedef {import("./fields.js").Field} Field */

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {(Node | string)[]} [lead] what is said before the fields
 * @property {Field[]} [fields]
 * @property {string} action what the button that sends says
 * @property {boolean} [isDanger]
 * @property {(values: AccountFormValues) => Promise<unknown>} submit where it fails the dialog says why, and stays
 */

const TITLE = "account-dialog-title";

/**
 * Asks for what a request about the account needs: a password, a code, a new address. It is in the page only while it is
 * open, so what was typed is gone with it.
 */
export class FormDialog {
  /** @param {Me} me @param {Question} question */
  constructor(me, question) {
    this.question = question;
    this.isDone = false;
    /** What is under way, which somebody can close the dialog over. @type {Promise<void> | null} */
    this.sending = null;
    this.fields = (question.fields ?? []).map(fieldOf);
    this.rows = el("div", "account-fields", ...this.fields.map(({ row }) => row));
    this.error = el("p", "form-error");
    this.error.setAttribute("role", "alert");
    this.send = el("button", `button ${question.isDanger ? "button-danger" : "button-primary"}`, question.action);
    this.form = el("form", "", this.header(), ...this.lead(), userOf(me), this.rows, this.error, this.footer());
    this.form.method = "dialog";
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.dialog = el("dialog", "dialog account-dialog", this.form);
    this.dialog.setAttribute("aria-labelledby", TITLE);
    // What is under way cannot be called back; but browsers let a second Escape close it.
    this.dialog.addEventListener("cancel", (event) => this.isBusy() && event.preventDefault());
  }

  /** @returns {Promise<boolean>} when it is closed, and what was sent is answered: whether it was done */
  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.fields[0]?.input.focus();
    return new Promise((resolve) => {
      this.dialog.addEventListener("close", async () => {
        await this.sending;
        this.dialog.remove();
        resolve(this.isDone);
      });
    });
  }

  header() {
    const title = el("h2", "", this.question.title);
    title.id = TITLE;
    const close = button("", "icon-button", () => this.close());
    close.append(icon("close"));
    close.setAttribute("aria-label", strings.close);
    return el("header", "dialog-header", title, close);
  }

  lead() {
    return (this.question.lead ?? []).map((each) => (typeof each === "string" ? el("p", "account-lead", each) : each));
  }

  footer() {
    return el("footer", "dialog-footer", button(laterStrings.cancel, "button", () => this.close()), this.send);
  }

  close() {
    if (!this.isBusy()) this.dialog.close();
  }

  isBusy() {
    return this.send.ariaBusy === "true";
  }

  /** @param {SubmitEvent} event */
  submitted(event) {
    event.preventDefault();
    if (!this.isBusy()) this.sending = this.submit();
  }

  async submit() {
    this.error.textContent = "";
    for (const { input } of this.fields) input.removeAttribute("aria-invalid");
    this.send.ariaBusy = "true";
    try {
      await this.question.submit(this.values());
      this.isDone = true;
    } catch (error) {
      this.refused(error);
    } finally {
      this.send.ariaBusy = null;
    }
    if (this.isDone) this.dialog.close();
  }

  /** What was left empty is not sent. @returns {any} */
  values() {
    const given = this.fields.map(({ name, input, isSecret }) => [name, isSecret ? input.value : input.value.trim()]);
    return Object.fromEntries(given.filter(([, value]) => value !== ""));
  }

  /** @param {unknown} error */
  refused(error) {
    this.error.textContent = wordsFor(error);
    if (isCode(error, "second_factor_required")) this.addCode();
    const wrong = this.fields.find(({ isAtFault }) => isAtFault(error));
    if (!wrong) return;
    wrong.input.setAttribute("aria-invalid", "true");
    wrong.input.focus();
    wrong.input.select();
  }

  /** It was not known that this person has a second factor. */
  addCode() {
    if (this.fields.some(({ name }) => name === "code")) return;
    const code = fieldOf({ kind: "code" });
    this.fields.push(code);
    this.rows.append(code.row);
  }
}

/** @param {unknown} error */
function wordsFor(error) {
  /** @type {Record<string, string>} */
  const known = accountStrings.accountRefusals;
  return (error instanceof ApiError && known[error.code]) || explainProof(error);
}

/** For a password manager, which keeps a password by the name of its user. @param {Me} me */
function userOf({ email }) {
  const user = el("input", "");
  user.type = "text";
  user.name = "username";
  user.autocomplete = "username";
  user.value = email;
  user.hidden = true;
  return user;
}
