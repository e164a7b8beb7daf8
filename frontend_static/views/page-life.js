/**
 * Tells when the page leaves the screen and when it is brought back as it was (HTML, 7.4.5: back/forward cache). There is
 * no `unload`: it would keep the page from being brought back, and telephones do not tell it.
 * @param {{hidden: () => void, left: () => void, returned: () => void}} events `returned`: before anybody else hears of it
 */
export function watchPage({ hidden, left, returned }) {
  let hasLeft = false;
  // A page that is brought back turns visible first, and others ask for news then.
  const back = () => {
    if (!hasLeft) return;
    hasLeft = false;
    returned();
  };
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? hidden() : back()));
  addEventListener("pagehide", () => {
    hidden();
    left();
    hasLeft = true;
  });
  addEventListener("pageshow", back);
}
