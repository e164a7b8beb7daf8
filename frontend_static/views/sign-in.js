import { explain } from "../core/explain.js";
import { part } from "./dom.js";

/** The page for people who are not signed in: sign in, and sign up where the server allows it. */
export class SignIn {
  /** @param {{api: Api, signedIn: (me: Me, isShared: boolean) => void}} tools */
  constructor({ api, signedIn }) {
    this.api = api;
    this.signedIn = signedIn;
    this.root = part("sign-in", HTMLElement);
    this.signInForm = part("sign-in-form", HTMLFormElement);
    this.signUpForm = part("sign-up-form", HTMLFormElement);
    this.done = part("sign-up-done", HTMLDivElement);
    this.signInForm.addEventListener("submit", (event) => this.submit(event, "sign-in-error", () => this.signIn()));
    this.signUpForm.addEventListener("submit", (event) => this.submit(event, "sign-up-error", () => this.signUp()));
    this.onClick("to-sign-up", () => this.turnTo(this.signUpForm));
    this.onClick("to-sign-in", () => this.turnTo(this.signInForm));
    this.onClick("back-to-sign-in", () => this.turnTo(this.signInForm));
    part("to-sign-up", HTMLParagraphElement).hidden = !signUpIsOpen();
  }

  /** @param {string} id @param {() => void} action */
  onClick(id, action) {
    part(id, HTMLParagraphElement).querySelector("button")?.addEventListener("click", action);
  }

  /** @param {boolean} wasSignedOut whether the server ended a session that was in use */
  show(wasSignedOut) {
    part("sign-in-notice", HTMLParagraphElement).hidden = !wasSignedOut;
    this.root.hidden = false;
    this.turnTo(this.signInForm);
  }

  hide() {
    this.root.hidden = true;
    this.signInForm.reset();
    this.signUpForm.reset();
  }

  /** @param {HTMLElement} shown */
  turnTo(shown) {
    for (const element of [this.signInForm, this.signUpForm, this.done]) element.hidden = element !== shown;
    const first = shown.querySelector("input, h1[tabindex]");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {SubmitEvent} event @param {string} errorId @param {() => Promise<void>} action */
  async submit(event, errorId, action) {
    event.preventDefault();
    const error = part(errorId, HTMLParagraphElement);
    const { submitter } = event;
    error.textContent = "";
    submitter?.setAttribute("aria-busy", "true");
    try {
      await action();
    } catch (problem) {
      error.textContent = explain(problem);
    } finally {
      submitter?.removeAttribute("aria-busy");
    }
  }

  async signIn() {
    const isShared = part("sign-in-shared", HTMLInputElement).checked;
    const me = await this.api.login(value("sign-in-email"), value("sign-in-password"), isShared);
    this.signedIn(me, isShared);
  }

  async signUp() {
    const email = value("sign-up-email");
    await this.api.signup(email, value("sign-up-name"), value("sign-up-password"));
    part("sign-up-address", HTMLElement).textContent = email;
    this.signUpForm.reset();
    this.turnTo(this.done);
  }
}

function signUpIsOpen() {
  return document.querySelector('meta[name="hark-signup"]')?.getAttribute("content") === "open";
}

/** @param {string} id */
function value(id) {
  return part(id, HTMLInputElement).value;
}
