/* A poller whose requests are answered when the test says so. */

import { Poller } from "../../../../frontend_static/core/poller.js";
import { deferred, FakeClock, reply, settled } from "./cast.js";

export class PollerStage {
  /** @param {object} view what is looked at, and how: a part of a PollTarget */
  constructor(view) {
    this.clock = new FakeClock();
    this.asked = [];
    this.seen = [];
    this.random = 1;
    this.position = { cursor: null, conversation: null, after: null, ...view };
    this.poller = new Poller({
      request: (target, options) => {
        this.asked.push({ ...deferred(), target, ...options });
        return this.last.promise;
      },
      target: () => ({ ...this.position }),
      clock: this.clock,
      random: () => this.random,
      events: {
        answered: (target, data) => this.answered(target, data),
        unchanged: (target, typing) => this.seen.push(["unchanged", ...typing.map(({ name }) => name)].join(" ")),
        failed: (failures) => this.seen.push(`failed ${failures}`),
        signedOut: () => this.seen.push("signed out"),
        cursorAhead: () => this.seen.push("cursor ahead"),
        conversationGone: (id) => this.seen.push(`gone ${id}`),
      },
    });
    this.poller.start();
  }

  get last() {
    return this.asked.at(-1);
  }

  answered(target, data) {
    this.position.cursor = data.cursor;
    if (target.conversation !== null) this.position.after = data.after;
    this.seen.push(data.cursor);
  }

  async answerLast(data, options) {
    this.last.resolve(reply(data, options));
    await settled();
  }

  async failLast(error) {
    this.last.reject(error);
    await settled();
  }
}
