const CHANNEL = "hark-person";

/**
 * All tabs share one session cookie. When another person signs in in one of them, the others must not go on
 * showing, or mixing in, what belongs to the first; nor after they have signed out. What is told is who is signed in: an
 * id, or null for nobody.
 * @param {number} meId
 * @param {() => void} onAnotherPerson
 */
export function tellOtherTabs(meId, onAnotherPerson) {
  let channel = listen(meId, onAnotherPerson);
  channel.postMessage(meId);
  // An open channel may keep the page from being brought back as it is. What is missed meanwhile is asked for then.
  addEventListener("pagehide", () => channel.close());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) channel = listen(meId, onAnotherPerson);
  });
}

/** @param {number} meId @param {() => void} onAnotherPerson */
function listen(meId, onAnotherPerson) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }) => {
    if (data !== meId) onAnotherPerson();
  });
  return channel;
}

/** Nothing of the person stays in any tab. */
export function tellSignedOut() {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}
