const CHANNEL = "hark-person";

/**
 * All tabs share one session cookie. When another person signs in in one of them, the others must not go on
 * showing, or mixing in, what belongs to the first.
 * @param {number} meId
 * @param {() => void} onAnotherPerson
 */
export function tellOtherTabs(meId, onAnotherPerson) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }) => {
    if (data !== meId) onAnotherPerson();
  });
  channel.postMessage(meId);
}
