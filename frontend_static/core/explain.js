import { ApiError } from "./api-error.js";
import { strings } from "./strings.js";

/**
 * Why a request failed, in words for the person who made it.
 * @param {unknown} error
 */
export function explain(error) {
  if (!(error instanceof ApiError)) return strings.noConnection;
  /** @type {Record<string, string>} */
  const known = strings.problems;
  return known[error.code] ?? error.message;
}
