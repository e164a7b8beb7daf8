/**
 * Tells when the page leaves the screen and when it is brought back as it was (HTML, 7.4.5: back/forward cache). There is
 * no `unload`: it would keep the page from being brought back, and telephones do not tell it.
 * @param {{hidden: () => void, left: () => void, returned: () => void}} events
 */
export function watchPage({ hidden, left, returned }) {
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && hidden());
  addEventListener("pagehide", () => {
    hidden();
    left();
  });
  addEventListener("pageshow", ({ persisted }) => persisted && returned());
}
