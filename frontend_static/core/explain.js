import { ApiError } from "./api-error.js";
import { strings } from "./strings.js";

/**
 * Why a request failed, in words for the person who made it: those of the page where it has some for the code of the
 * problem, else the server's.
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (!(error instanceof ApiError)) return strings.noConnection;
  /** @type {Record<string, string>} */
  const known = strings.problems;
  return known[error.code] ?? error.message;
}
