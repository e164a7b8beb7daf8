/** Where a browser does not say when it is idle: milliseconds. */
const LATER_MS = 2000;

/**
 * When the chat is there and there is nothing to do, have the service worker keep the page's shell, so that the chat also
 * opens while the server cannot be reached.
 * @param {{session: Session, register: () => Promise<unknown>}} tools
 */
export function keepShellWhenIdle({ session, register }) {
  if (!("serviceWorker" in navigator)) return;
  let isDone = false;
  const look = () => {
    if (isDone || !session.hasHeard) return;
    isDone = true;
    whenIdle(() => register().catch(() => {})); // the next page tries again
  };
  session.on("connection", look);
  look();
}

/** @param {() => void} work */
function whenIdle(work) {
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, LATER_MS);
}
