import { AccountsApi } from "../core/accounts-api.js";
import { explainAccount, isCode } from "../core/explain-account.js";
import { FAREWELL } from "../core/route.js";
import { part } from "./dom.js";
import { bindReveal } from "./reveal.js";

/** The page for people who are not signed in: sign in, sign up where the server allows it, and a forgotten password. */
export class SignIn {
  /** @param {{api: Api, signedIn: (me: Me, isShared: boolean) => void}} tools */
  constructor({ api, signedIn }) {
    this.api = api;
    this.accounts = new AccountsApi(api);
    this.signedIn = signedIn;
    this.root = part("sign-in", HTMLElement);
    this.signInForm = part("sign-in-form", HTMLFormElement);
    this.signUpForm = part("sign-up-form", HTMLFormElement);
    this.forgotForm = part("forgot-form", HTMLFormElement);
    this.farewell = part("farewell", HTMLDivElement);
    this.code = input("sign-in-code");
    this.panels = [...part("sign-in-panel", HTMLElement).children].filter((each) => each.matches(".sign-in-form"));
    this.signInForm.addEventListener("submit", (event) => this.submit(event, "sign-in-error", () => this.signIn()));
    this.signUpForm.addEventListener("submit", (event) => this.submit(event, "sign-up-error", () => this.signUp()));
    this.forgotForm.addEventListener("submit", (event) => this.submit(event, "forgot-error", () => this.forgot()));
    for (const id of ["to-sign-in", "back-to-sign-in", "from-forgot", "forgot-back", "farewell-back", "to-first"]) {
      this.onClick(id, () => this.begin());
    }
    this.onClick("to-sign-up", () => this.turnTo(this.signUpForm));
    this.onClick("to-forgot", () => this.toForgot());
    this.onClick("to-recovery", () => this.askForRecoveryCode());
    bindReveal(input("sign-in-password"), part("sign-in-reveal", HTMLButtonElement));
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
    if (location.hash === FAREWELL) this.turnTo(this.farewell);
    else this.begin();
  }

  hide() {
    this.root.hidden = true;
    for (const form of [this.signInForm, this.signUpForm, this.forgotForm]) form.reset();
    this.askForCode(false);
  }

  /** At the first step, with what was typed there. */
  begin() {
    if (location.hash === FAREWELL) history.replaceState(null, "", location.pathname);
    this.askForCode(false);
    this.turnTo(this.signInForm);
  }

  /** @param {HTMLElement} shown */
  turnTo(shown) {
    for (const panel of this.panels) if (panel instanceof HTMLElement) panel.hidden = panel !== shown;
    const first = shown.querySelector("input, h1[tabindex]");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {SubmitEvent} event @param {string} errorId @param {() => Promise<void>} action */
  async submit(event, errorId, action) {
    event.preventDefault();
    const error = part(errorId, HTMLParagraphElement);
    const { submitter } = event;
    if (submitter?.ariaBusy === "true") return;
    error.textContent = "";
    if (submitter) submitter.ariaBusy = "true";
    try {
      await action();
    } catch (problem) {
      error.textContent = explainAccount(problem);
    } finally {
      if (submitter) submitter.ariaBusy = null;
    }
  }

  // Sign in

  async signIn() {
    const isShared = input("sign-in-shared").checked;
    try {
      this.signedIn(await this.api.login(this.credentials(isShared)), isShared);
    } catch (error) {
      if (!isCode(error, "second_factor_required")) this.tried(error);
      else this.askForCode(true);
    }
  }

  /** @param {boolean} isShared */
  credentials(isShared) {
    const code = this.code.value.trim();
    return {
      email: input("sign-in-email").value,
      password: input("sign-in-password").value,
      ...(code ? { code } : {}),
      ...(isShared ? { shared: true } : {}),
    };
  }

  /** What was wrong is where the focus is, to be typed anew. @param {unknown} error @returns {never} */
  tried(error) {
    if (isCode(error, "invalid_credentials")) this.askForCode(false);
    else if (isCode(error, "second_factor_invalid")) this.code.select();
    throw error;
  }

  /** The second step, or the first one again. @param {boolean} isAsking */
  askForCode(isAsking) {
    const hadCode = !part("sign-in-second", HTMLDivElement).hidden;
    for (const id of ["sign-in-second", "to-first"]) part(id, HTMLElement).hidden = !isAsking;
    for (const id of ["sign-in-first", "to-forgot"]) part(id, HTMLElement).hidden = isAsking;
    part("to-sign-up", HTMLParagraphElement).hidden = isAsking || !signUpIsOpen();
    part("to-recovery", HTMLParagraphElement).hidden = false;
    this.code.required = isAsking;
    this.code.inputMode = "numeric";
    if (isAsking) this.code.focus();
    else if (hadCode) input("sign-in-password").select();
    if (!isAsking) this.clear();
  }

  clear() {
    this.code.value = "";
    part("sign-in-error", HTMLParagraphElement).textContent = "";
  }

  /** It has letters too, and no password manager knows it. */
  askForRecoveryCode() {
    this.code.inputMode = "text";
    part("to-recovery", HTMLParagraphElement).hidden = true;
    this.code.focus();
  }

  // Sign up, and a forgotten password

  async signUp() {
    const email = input("sign-up-email").value;
    await this.accounts.signup(email, input("sign-up-name").value);
    this.mailIsUnderWay(email, this.signUpForm, "sign-up");
  }

  toForgot() {
    input("forgot-email").value = input("sign-in-email").value;
    this.turnTo(this.forgotForm);
  }

  async forgot() {
    const email = input("forgot-email").value;
    await this.accounts.forgot(email);
    this.mailIsUnderWay(email, this.forgotForm, "forgot");
  }

  /** @param {string} email @param {HTMLFormElement} form @param {"sign-up" | "forgot"} name */
  mailIsUnderWay(email, form, name) {
    part(`${name}-address`, HTMLElement).textContent = email;
    form.reset();
    this.turnTo(part(`${name}-done`, HTMLDivElement));
  }
}

function signUpIsOpen() {
  return document.querySelector('meta[name="hark-signup"]')?.getAttribute("content") === "open";
}

/** @param {string} id */
function input(id) {
  return part(id, HTMLInputElement);
}
