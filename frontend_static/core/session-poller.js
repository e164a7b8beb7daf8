import { SharedPoller } from "./shared-poller.js";
import { Tabs } from "./tabs.js";

/**
 * What asks the server for a session, and tells it what the server says.
 * @param {Session} session
 */
export function pollerOf(session) {
  const { environment, me, api } = session;
  const { clock, random, locks, openChannel } = environment;
  const attention = () => [environment.isVisible(), environment.isPresent(), environment.isAttentive()].filter(Boolean).length;
  return new SharedPoller({
    tabs: new Tabs({ userId: me.id, locks, openChannel, clock, random, attention }),
    request: (target, options) => api.sync(target, options),
    target: () => session.pollTarget(),
    revOf: (id) => session.store.conversations.get(id)?.rev ?? 0,
    clock,
    random,
    events: {
      answered: (target, answer) => session.answered(target, answer),
      unchanged: (target, typing) => session.unchanged(target, typing),
      failed: (failures) => session.unheard(failures),
      signedOut: () => session.signedOut(),
      cursorAhead: () => session.startAfresh(),
      conversationGone: (id) => session.conversationGone(id),
      turned: () => session.emit("leader"),
    },
  });
}
