const CHANNEL = "hark-person";

/**
 * All tabs share one session cookie. When another person signs in in one of them, the others must not go on
 * showing, or mixing in, what belongs to the first; nor after they have signed out. What is told is who is signed in: an
 * id, or null for nobody.
 * @param {number} meId
 * @param {{another: () => void, again: () => void}} events `again`: the same person, who has signed in once more
 */
export function tellOtherTabs(meId, events) {
  let channel = listen(meId, events);
  channel.postMessage(meId);
  // An open channel may keep the page from being brought back as it is. What is missed meanwhile is asked for then.
  addEventListener("pagehide", () => channel.close());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) channel = listen(meId, events);
  });
}

/** @param {number} meId @param {{another: () => void, again: () => void}} events */
function listen(meId, { another, again }) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }) => {
    if (data === meId) again();
    else another();
  });
  return channel;
}

/** Who has just signed in here; null: they signed out, and nothing of them stays in any tab. @param {number | null} meId */
export function tellSignedIn(meId) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(meId);
  channel.close();
}
