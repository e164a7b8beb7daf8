import { accountStrings } from "../../core/account-strings.js";
import { ApiError } from "../../core/api-error.js";
import { el, icon } from "../dom.js";
import { bindReveal } from "../reveal.js";

/** @typedef {"password" | "newPassword" | "code" | "appCode" | "email"} FieldKind */
/**
 * @typedef {object} Field what is asked for; the label of a password may be another one than that of its kind
 * @property {FieldKind} kind
 * @property {string} [label]
 */
/**
 * @typedef {object} BuiltField
 * @property {string} name under which the value is sent
 * @property {HTMLInputElement} input
 * @property {boolean} isSecret its blanks count
 * @property {HTMLElement} row the field with its label and what helps
 * @property {(error: unknown) => boolean} isAtFault
 */
/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} type
 * @property {AutoFill} autocomplete
 * @property {() => string} label
 * @property {(() => string)} [help]
 * @property {string[]} faults codes of problems that this field has caused, or parameters
 */

/** The longest that the server takes. */
const LONGEST = 254;

/** @type {Record<FieldKind, Kind>} */
const KINDS = {
  password: {
    ...{ name: "password", type: "password", autocomplete: "current-password", faults: ["invalid_credentials"] },
    label: () => accountStrings.yourPassword,
  },
  newPassword: {
    ...{ name: "new", type: "password", autocomplete: "new-password", faults: ["new"] },
    label: () => accountStrings.newPassword,
    help: () => accountStrings.newPasswordHelp,
  },
  code: {
    ...{ name: "code", type: "text", autocomplete: "one-time-code", faults: ["second_factor_required", "second_factor_invalid"] },
    label: () => accountStrings.factorCode,
    help: () => accountStrings.factorCodeHelp,
  },
  appCode: {
    ...{ name: "code", type: "text", autocomplete: "one-time-code", faults: ["second_factor_invalid"] },
    label: () => accountStrings.codeOfApp,
    help: () => accountStrings.codeOfAppHelp,
  },
  email: {
    ...{ name: "email", type: "email", autocomplete: "email", faults: ["email"] },
    label: () => accountStrings.newAddress,
    help: () => accountStrings.newAddressHelp,
  },
};

/** @param {Field} field @returns {BuiltField} */
export function fieldOf({ kind, label: given }) {
  const { name, type, autocomplete, label, help, faults } = KINDS[kind];
  const input = el("input", "");
  input.id = `field-${kind}`;
  Object.assign(input, { type, name, autocomplete, required: true });
  if (type === "text" || type === "email") Object.assign(input, { maxLength: LONGEST, dir: "ltr", spellcheck: false, autocapitalize: "off" });
  if (name === "code") input.classList.add("field-code");
  if (kind === "appCode") input.inputMode = "numeric";
  const words = el("label", "", given ?? label());
  words.htmlFor = input.id;
  const helpText = help ? helpOf(input, help()) : null;
  const isSecret = type === "password";
  const row = el("div", "field", words, isSecret ? secretOf(input) : input, helpText);
  return { name, input, isSecret, row, isAtFault: (error) => isOneOf(error, faults) };
}

/** @param {HTMLInputElement} input @param {string} text */
function helpOf(input, text) {
  const help = el("p", "field-help", text);
  help.id = `${input.id}-help`;
  input.setAttribute("aria-describedby", help.id);
  return help;
}

/** With the button that shows it. In any language it runs from the left, like an address. @param {HTMLInputElement} input */
function secretOf(input) {
  const reveal = el("button", "icon-button field-reveal", icon("eye"));
  reveal.type = "button";
  reveal.title = accountStrings.showTyped;
  reveal.setAttribute("aria-label", accountStrings.showTyped);
  reveal.setAttribute("aria-pressed", "false");
  bindReveal(input, reveal);
  const secret = el("div", "field-secret", input, reveal);
  secret.dir = "ltr";
  return secret;
}

/** @param {unknown} error @param {string[]} faults */
function isOneOf(error, faults) {
  return error instanceof ApiError && (faults.includes(error.code) || faults.includes(error.parameter));
}
