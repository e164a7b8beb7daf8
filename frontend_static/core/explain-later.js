import { ApiError } from "./api-error.js";
import { explain } from "./explain.js";
import { laterStrings } from "./later-strings.js";

/**
 * Why a request failed that a part of the page has made which is loaded later; see explain.js.
 * @param {unknown} error
 * @returns {string}
 */
export function explainLater(error) {
  /** @type {Record<string, string>} */
  const known = laterStrings.laterProblems;
  return (error instanceof ApiError && known[error.code]) || explain(error);
}
