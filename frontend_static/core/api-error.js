import { strings } from "./strings.js";

/** The server answered with an error; `code` is the stable name of it. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, detail?: string, title?: string, parameter?: string}} problem
   * @param {number} retryAfter seconds, 0 when the server did not say
   */
  constructor(status, problem, retryAfter) {
    super(problem.detail || problem.title || strings.failed(status));
    this.status = status;
    this.code = problem.code ?? "";
    this.parameter = problem.parameter ?? "";
    this.retryAfter = retryAfter;
  }
}

/** No answer came: no network, or a timeout. Whether the server acted is unknown. */
export class NetworkError extends Error {}

/**
 * Whether the same request may succeed later: there was no answer, or the server was busy or broken.
 * @param {unknown} error
 */
export function isTransient(error) {
  if (!(error instanceof ApiError)) return true;
  return error.status >= 500 || error.status === 408 || error.status === 429;
}

/** @param {unknown} error */
export function isSignedOut(error) {
  return error instanceof ApiError && error.status === 401;
}

/**
 * @param {unknown} error
 * @returns {number} seconds
 */
export function retryAfterOf(error) {
  return error instanceof ApiError ? error.retryAfter : 0;
}
