import { strings } from "../core/strings.js";
import { part } from "./dom.js";

/** More is asked for when the reader comes this near to an end of what is there. */
const NEAR_PX = 1000;

/** The two ends of the messages that are there: they say that more comes, and ask for it before the reader is there. */
export class HistoryEdges {
  /** @param {{session: Session, scroller: HTMLElement}} tools */
  constructor({ session, scroller }) {
    this.session = session;
    this.scroller = scroller;
    part("older-retry", HTMLButtonElement).addEventListener("click", () => session.loadOlder());
    part("newer-retry", HTMLButtonElement).addEventListener("click", () => session.loadNewer());
  }

  render() {
    const log = this.session.log();
    const { opened } = this.session;
    show("older", log?.hasOlder, opened?.older, strings.loadingOlder, strings.olderFailed);
    show("newer", log?.hasNewer, opened?.newer, strings.loadingNewer, strings.newerFailed);
  }

  hide() {
    for (const side of ["older", "newer"]) part(side, HTMLParagraphElement).hidden = true;
  }

  /** The reader may have come near to an end. */
  look() {
    const { opened } = this.session;
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (!opened || clientHeight === 0) return;
    if (scrollTop < NEAR_PX && opened.older === "idle") this.session.loadOlder();
    if (scrollHeight - scrollTop - clientHeight < NEAR_PX && opened.newer === "idle") this.session.loadNewer();
  }
}

/**
 * @param {"older" | "newer"} side
 * @param {boolean | undefined} isThere
 * @param {string | undefined} state
 * @param {string} loading
 * @param {string} failed
 */
function show(side, isThere, state, loading, failed) {
  const isFailed = state === "failed";
  const line = part(side, HTMLParagraphElement);
  line.hidden = isThere !== true;
  line.classList.toggle("is-failed", isFailed);
  line.classList.toggle("is-loading", state === "loading");
  part(`${side}-retry`, HTMLButtonElement).hidden = !isFailed;
  part(`${side}-text`, HTMLSpanElement).textContent = isFailed ? failed : loading;
}
