import { SnapshotKeeper } from "../core/snapshot-keeper.js";

/** @typedef {import("./chat.js").Chat} Chat */
/** @typedef {import("../core/belongings.js").Belongings} Belongings */

/** One person at this page, from the first paint until they sign out or somebody else signs in. */
export class Stay {
  /** @param {{session: Session, chat: Chat, belongings: Belongings, clock: Clock}} tools */
  constructor({ session, chat, belongings, clock }) {
    this.session = session;
    this.chat = chat;
    this.belongings = belongings;
    this.keeper = new SnapshotKeeper({ session, save: (text) => belongings.saveSnapshot(text), clock });
    belongings.outbox.orphaned = () => session.outbox.adopt();
  }

  get me() {
    return this.session.me;
  }

  /** @param {boolean} hasSignedIn just now, at this page */
  begin(hasSignedIn) {
    this.keeper.start();
    this.chat.show();
    this.session.start();
    this.chat.parts.use(this.chat.parts.notifying, ({ push }) => push.start(hasSignedIn));
    if (hasSignedIn) this.chat.arrive();
  }

  /** Nobody may be there to do it later. */
  save() {
    this.keeper.save();
    this.session.drafts.save();
  }

  /** Signed out by the server: what they wrote stays for them, what they read does not stay for others. */
  interrupt() {
    this.chat.hide();
    this.session.stop();
    this.keeper.stop();
    this.belongings.forgetSnapshot();
  }

  /**
   * Signed out by themselves: nothing stays. Throws if the server cannot be reached, or refuses; then all is as before.
   * @param {() => Promise<void>} [end] the request, where it is another than the usual one
   */
  async leave(end) {
    const { push, shown } = await this.chat.parts.notifying();
    if (end) await end();
    else await push.leave();
    await this.session.leave(!end);
    // The server knows nobody here any more, so this is for the browser alone.
    if (end) await push.leave().catch(() => {});
    this.chat.hide();
    this.keeper.stop();
    await shown.closeAll();
    await this.belongings.wipe();
  }
}
