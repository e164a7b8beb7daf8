/**
 * Some phones lay the keyboard over the page instead of making the page smaller. The chat then takes the height
 * that is left, so that the composer stays in sight.
 */
export function followVisibleHeight() {
  const { visualViewport } = window;
  if (!visualViewport) return;
  visualViewport.addEventListener("resize", () => {
    // A page that fingers have zoomed shows less too, but keeps its height.
    if (visualViewport.scale !== 1) return;
    document.documentElement.style.setProperty("--visible-height", `${visualViewport.height}px`);
    scrollTo(0, 0);
  });
}
