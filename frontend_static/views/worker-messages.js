/**
 * Listens to the service worker: it asks what is on the screen, and says where a clicked notification leads.
 * @param {{shown: () => number | null, open: (path: string) => void}} page `shown`: the conversation on the screen
 */
export function listenToWorker({ shown, open }) {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", (event) => {
    const message = /** @type {WorkerMessage} */ (event.data);
    if (message.type === "which-conversation") event.ports[0]?.postMessage(shown());
    if (message.type === "open") open(message.path);
  });
  navigator.serviceWorker.startMessages();
}
