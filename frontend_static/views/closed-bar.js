import { acceptRequest, declineRequest } from "../core/consent.js";
import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { signatureOf } from "../core/locale.js";
import { isClosed, othersIn } from "../core/people.js";
import { batched, button, part } from "./dom.js";

/** Stands in the place of the composer where nothing can be written: at a request, and with somebody whom one blocks. */
export class ClosedBar {
  /** @param {{session: Session, relations: import("./relations.js").Relations}} tools */
  constructor({ session, relations }) {
    this.session = session;
    this.relations = relations;
    this.root = part("closed", HTMLElement);
    this.actions = part("closed-actions", HTMLDivElement);
    this.error = part("closed-error", HTMLParagraphElement);
    this.signature = "";
    this.render = batched(() => this.renderNow());
    for (const topic of ["opened", "conversations", "messages"]) session.on(topic, this.render);
  }

  renderNow() {
    const conversation = this.session.conversation();
    this.root.hidden = !isClosed(conversation);
    if (!conversation || this.root.hidden) {
      this.signature = "";
      return;
    }
    const reported = conversation.request ? this.newestOf(conversation.request.by) : null;
    const signature = signatureOf([conversation.id, conversation.request, conversation.blocked, reported]);
    if (signature === this.signature) return;
    this.signature = signature;
    this.error.textContent = "";
    if (conversation.request) this.showRequest(conversation, conversation.request.by, reported);
    else this.showBlock(conversation);
  }

  /** The newest message of who asks: what would be reported. @param {Person} person */
  newestOf({ id }) {
    return this.session.log()?.messages().findLast(({ sender, deleted }) => sender.id === id && !deleted)?.seq ?? null;
  }

  /** @param {Conversation} conversation @param {Person} by @param {number | null} reported */
  showRequest({ id, kind }, by, reported) {
    this.say(kind === "group" ? laterStrings.asksToJoin(by.name) : laterStrings.wantsToTalk(by.name), laterStrings.requestText);
    const report = reported === null ? [] : [button(laterStrings.reportMessage, "link-button", () => this.relations.report(reported))];
    const block = button(laterStrings.block, "button", () => this.leave(id, () => this.relations.block(by)));
    block.setAttribute("aria-label", laterStrings.blockPerson(by.name));
    this.actions.replaceChildren(
      button(laterStrings.accept, "button button-primary", () => this.accept(id)),
      button(laterStrings.decline, "button", () => this.leave(id, () => this.decline(id))),
      block,
      ...report,
    );
  }

  /** @param {Conversation} conversation */
  showBlock(conversation) {
    const [person] = othersIn(conversation, this.session.me.id);
    this.say(laterStrings.youBlock(person.name), laterStrings.blockText);
    this.actions.replaceChildren(button(laterStrings.unblock, "button", () => this.relations.unblock(person)));
  }

  /** @param {string} title @param {string} text */
  say(title, text) {
    part("closed-title", HTMLHeadingElement).textContent = title;
    part("closed-text", HTMLParagraphElement).textContent = text;
  }

  /** @param {number} id */
  async accept(id) {
    await this.attempt(async () => {
      this.session.store.putConversation(await acceptRequest(this.session.api, id));
      for (const topic of ["conversations", "opened"]) this.session.emit(topic);
      queueMicrotask(() => part("composer-text", HTMLTextAreaElement).focus());
    });
  }

  /** @param {number} id */
  decline(id) {
    return this.attempt(() => declineRequest(this.session.api, id));
  }

  /**
   * The page turns away first, and lets arrive how far was read: what is asked of a conversation one has left is refused.
   * @param {number} id
   * @param {() => Promise<boolean>} act whether it was done
   */
  async leave(id, act) {
    this.relations.go(null);
    await this.session.reader.hold(id);
    if (await act()) this.session.conversationGone(id);
    else this.relations.go(id);
  }

  /** One thing at a time; what the server says against it is said in words. @param {() => Promise<void>} request */
  async attempt(request) {
    if (this.root.ariaBusy === "true") return false;
    this.root.ariaBusy = "true";
    this.error.textContent = "";
    try {
      await request();
      return true;
    } catch (error) {
      this.error.textContent = explainLater(error);
      return false;
    } finally {
      this.root.ariaBusy = null;
    }
  }
}
