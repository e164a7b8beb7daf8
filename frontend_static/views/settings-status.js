import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { button, part } from "./dom.js";

/** @typedef {import("../core/turn.js").Turn} Turn */

/** The line under a setting: it confirms what was chosen, or says why that was not taken and tries again. */
export class Status {
  /** @param {string | HTMLParagraphElement} line the line, or its id @param {Turn} turn */
  constructor(line, turn) {
    this.line = typeof line === "string" ? part(line, HTMLParagraphElement) : line;
    this.turn = turn;
    this.latest = 0;
  }

  /** @param {() => Promise<unknown>} request @param {() => string} [done] what to say then, in the language of then */
  async save(request, done = () => laterStrings.saved) {
    const save = ++this.latest;
    this.clear();
    try {
      await this.turn.take(request);
      // Of what was chosen since, its own save will tell.
      if (save === this.latest) this.say(done());
    } catch (error) {
      if (save === this.latest) this.fail(laterStrings.notSaved(explainLater(error)), () => this.save(request, done));
    }
  }

  /** @param {string} text */
  say(text) {
    this.show(false, text);
  }

  /** @param {string} text @param {(() => void) | null} [again] */
  fail(text, again = null) {
    this.show(true, text);
    if (again) this.line.append(" ", button(laterStrings.tryAgain, "link-button", again));
  }

  clear() {
    this.show(false, "");
  }

  /** @param {boolean} isError @param {string} text */
  show(isError, text) {
    this.line.classList.toggle("is-error", isError);
    this.line.replaceChildren(...(text ? [text] : []));
  }
}

/**
 * Fill a part of the page; if that fails say so, and offer another try.
 * @param {Status} status
 * @param {() => Promise<void>} load
 */
export async function fill(status, load) {
  status.clear();
  try {
    await load();
  } catch (error) {
    status.fail(explainLater(error), () => fill(status, load));
  }
}
