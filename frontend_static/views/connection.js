import { strings } from "../core/strings.js";
import { part } from "./dom.js";

/** A single lost answer is repaired within a second; only then is it worth a word. */
const FAILURES_WORTH_A_WORD = 2;

/**
 * Say how old the page's knowledge is while the server cannot be reached.
 * @param {Session} session
 * @param {TimeFormat} time
 */
export function showConnection(session, time) {
  const render = () => {
    const { failures, syncedAt } = session.connection;
    const text = syncedAt === null ? strings.connecting : strings.upToDateAsOf(time.timeOfDay(syncedAt));
    for (const id of ["status-line", "open-status"]) {
      const line = part(id, HTMLParagraphElement);
      line.hidden = failures < FAILURES_WORTH_A_WORD;
      if (!line.hidden && line.textContent !== text) line.textContent = text;
    }
  };
  session.on("connection", render);
  render();
}
