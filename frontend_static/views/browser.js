/* What the pure modules need of the browser. */

/** @returns {Clock} */
export function browserClock() {
  return {
    now: () => Date.now(),
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
    clearTimeout: (timer) => clearTimeout(/** @type {number | undefined} */ (timer)),
  };
}

/** Read anew for each request: signing in changes it. */
export function csrfToken() {
  const match = /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]*)/.exec(document.cookie);
  return match ? decodeURIComponent(match[1]) : "";
}

/** What the browser keeps things with. Some throw at the mere look, where nothing may be kept. */
export const browserStorage = {
  factory: databases(),
  storage: () => localStorage,
  document,
};

function databases() {
  try {
    return globalThis.indexedDB;
  } catch {
    return undefined;
  }
}
