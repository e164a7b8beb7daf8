import { ApiError } from "./api-error.js";
import { explain } from "./explain.js";
import { currentLanguage, number, plurals } from "./locale.js";
import { vocabulary } from "./vocabulary.js";

const plural = plurals("en");
const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** From this many seconds on a wait is said in hours. */
const LONG = 1.5 * HOUR;
/** Where a new password is sent. */
const NEW_PASSWORD = ["password", "new"];

/** The words for what the server refuses when somebody signs in, signs up or proves who they are. */
export const accountWords = vocabulary({
  tooManyMinutes: (/** @type {number} */ count) =>
    plural(count, {
      one: "Too many attempts. Please try again in a minute.",
      other: `Too many attempts. Please try again in ${number(count)} minutes.`,
    }),
  tooManyHours: (/** @type {number} */ count) =>
    plural(count, {
      one: "Too many attempts. Please try again in an hour.",
      other: `Too many attempts. Please try again in ${number(count)} hours.`,
    }),
  wrongPassword: "This password is wrong.",
  weakPassword: "This password is too easy to guess. Take at least 8 characters, no common word, and not your name or address.",
  // By the code of the problem (docs/protocol.md)
  accountProblems: {
    invalid_credentials: "The email address or the password is wrong.",
    second_factor_required: "A code is needed too.",
    second_factor_invalid: "This code is wrong or was used already. Please wait for the next one.",
    too_many_attempts: "Too many attempts. Please wait a few minutes and try again.",
    signup_closed: "Accounts are made by invitation here.",
  },
});

/**
 * Why a request about an account failed, in words for the person who made it.
 * @param {unknown} error
 * @returns {string}
 */
export function explainAccount(error) {
  if (!(error instanceof ApiError)) return explain(error);
  if (error.status === 429 && error.retryAfter > 0) return waitWords(error.retryAfter);
  if (isWeakPassword(error)) return currentLanguage() === "en" ? error.message : accountWords.weakPassword;
  /** @type {Record<string, string>} */
  const known = accountWords.accountProblems;
  return known[error.code] ?? explain(error);
}

/**
 * The same for somebody who is signed in and types their password once more.
 * @param {unknown} error
 * @returns {string}
 */
export function explainProof(error) {
  return isCode(error, "invalid_credentials") ? accountWords.wrongPassword : explainAccount(error);
}

/** @param {unknown} error @param {string} code */
export function isCode(error, code) {
  return error instanceof ApiError && error.code === code;
}

/** The server explains its rules for passwords in English. @param {ApiError} error */
function isWeakPassword({ code, parameter }) {
  return code === "invalid_parameter" && NEW_PASSWORD.includes(parameter);
}

/** @param {number} seconds */
function waitWords(seconds) {
  return seconds < LONG
    ? accountWords.tooManyMinutes(Math.ceil(seconds / MINUTE))
    : accountWords.tooManyHours(Math.ceil(seconds / HOUR));
}
