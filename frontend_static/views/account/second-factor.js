import { accountStrings } from "../../core/account-strings.js";
import { copyText } from "../clipboard.js";
import { button, el } from "../dom.js";
import { fill } from "../settings-status.js";
import { RecoveryCodes } from "./recovery-codes.js";
import { Section } from "./section.js";

/** The second step of a sign-in: a code of an app (RFC 6238), and recovery codes for when that is not at hand. */
export class SecondFactorSection extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("factor", accountStrings.factorTitle, accountStrings.factorLead, tools);
    this.codes = new RecoveryCodes(tools.session.me, this.status);
    this.state = el("p", "account-state");
    this.actions = el("div", "account-actions");
    this.body.append(this.state, this.actions, this.codes.root);
  }

  isKeeping() {
    return !this.codes.root.hidden;
  }

  load() {
    return fill(this.status, async () => this.render(await this.tools.api.secondFactor()));
  }

  /** @param {SecondFactor} factor */
  render({ enabled, required, recovery_codes_left }) {
    this.tools.hasFactor = enabled;
    const state = enabled ? accountStrings.factorOn : accountStrings.factorOff;
    const more = enabled ? [accountStrings.codesLeft(recovery_codes_left)] : [];
    this.state.textContent = [state, ...more, ...(required ? [accountStrings.factorRequired] : [])].join(" ");
    this.state.classList.toggle("is-needed", required && !enabled);
    this.actions.replaceChildren(...(enabled ? this.actionsOn(required) : this.actionsOff()));
  }

  actionsOff() {
    return [button(accountStrings.turnFactorOn, "button button-primary", () => void this.turnOn())];
  }

  /** @param {boolean} isRequired */
  actionsOn(isRequired) {
    const codes = this.button(accountStrings.newCodes, () => this.makeCodes());
    return isRequired ? [codes] : [codes, this.button(accountStrings.turnFactorOff, () => this.turnOff())];
  }

  /** The password, then the secret and the first code, then the recovery codes. */
  async turnOn() {
    /** @type {SecondFactorSecret | null} */
    let secret = null;
    await this.ask({
      title: accountStrings.proveTitle,
      fields: [{ kind: "password" }],
      action: accountStrings.proveNext,
      submit: async (proof) => {
        secret = await this.tools.api.beginSecondFactor(proof);
      },
    });
    if (secret) await this.confirm(secret);
  }

  /** @param {SecondFactorSecret} secret */
  async confirm(secret) {
    /** @type {string[]} */
    let codes = [];
    const isOn = await this.ask({
      title: accountStrings.scanTitle,
      lead: [accountStrings.scanLead, pictureOf(secret), this.secretOf(secret.secret)],
      fields: [{ kind: "appCode" }],
      action: accountStrings.finishFactor,
      submit: async ({ code = "" }) => {
        codes = await this.tools.api.confirmSecondFactor(code.replaceAll(" ", ""));
      },
    });
    if (isOn) await this.turned(accountStrings.factorTurnedOn, codes);
  }

  /** @param {string} secret */
  secretOf(secret) {
    const said = el("span", "account-secret-said");
    said.setAttribute("role", "status");
    const copy = async () => {
      said.textContent = await copyText(secret);
    };
    const text = el("code", "account-secret-text", ...(secret.match(/.{1,4}/g) ?? []).flatMap((four) => [four, el("wbr", "")]));
    text.dir = "ltr";
    const name = el("span", "account-secret-name", accountStrings.secret);
    return el("div", "account-secret", name, text, button(accountStrings.copySecret, "button button-small", copy), said);
  }

  async turnOff() {
    const isOff = await this.ask({
      title: accountStrings.turnOffTitle,
      lead: [accountStrings.turnOffLead],
      fields: [{ kind: "password" }, { kind: "code" }],
      action: accountStrings.turnFactorOff,
      isDanger: true,
      submit: (proof) => this.tools.api.endSecondFactor(proof),
    });
    if (isOff) await this.turned(accountStrings.factorTurnedOff, []);
  }

  async makeCodes() {
    /** @type {string[]} */
    let codes = [];
    const isDone = await this.ask({
      title: accountStrings.newCodes,
      lead: [accountStrings.newCodesLead],
      fields: [{ kind: "password" }, { kind: "code" }],
      action: accountStrings.makeCodes,
      submit: async (proof) => {
        codes = await this.tools.api.newRecoveryCodes(proof);
      },
    });
    if (isDone) await this.turned("", codes);
  }

  /** The button that was pressed is gone. @param {string} text @param {string[]} codes */
  async turned(text, codes) {
    await this.load();
    if (text) this.status.say(text);
    if (codes.length > 0) this.codes.show(codes);
    else {
      this.codes.hide();
      this.title.focus();
    }
    this.tools.changed();
  }
}

/** @param {SecondFactorSecret} secret */
function pictureOf({ qr }) {
  const picture = el("img", "account-qr");
  picture.alt = accountStrings.qrPicture;
  // Nothing but a picture that came with the answer.
  if (qr.startsWith("data:image/")) picture.src = qr;
  return picture;
}
