import { acceptRequest } from "../core/consent.js";
import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { signatureOf } from "../core/locale.js";
import { isClosed, othersIn } from "../core/people.js";
import { pathOf } from "../core/route.js";
import { arrange, batched, button, part } from "./dom.js";

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
    const hadFocus = this.root.contains(document.activeElement);
    this.root.hidden = !isClosed(conversation);
    if (!conversation || this.root.hidden) {
      this.signature = "";
      if (hadFocus) part("composer-text", HTMLTextAreaElement).focus();
      return;
    }
    const by = conversation.request?.by;
    const canReport = by !== undefined && this.newestOf(by) !== null;
    const signature = signatureOf([conversation.id, conversation.request, conversation.blocked, canReport]);
    if (signature === this.signature) return;
    this.signature = signature;
    this.error.textContent = "";
    if (by) this.showRequest(conversation, by, canReport);
    else this.showBlock(conversation);
  }

  /** The newest message of who asks: what would be reported. @param {Person} person */
  newestOf({ id }) {
    return this.session.log()?.messages().findLast(({ sender, deleted }) => sender.id === id && !deleted)?.seq ?? null;
  }

  /** @param {Conversation} conversation @param {Person} by @param {boolean} canReport */
  showRequest({ id, kind }, by, canReport) {
    this.say(kind === "group" ? laterStrings.asksToJoin(by.name) : laterStrings.wantsToTalk(by.name), laterStrings.requestText);
    const report = button(laterStrings.reportMessage, "link-button", () => this.report(by));
    const block = button(laterStrings.block, "button", () => this.leave(id, () => this.relations.block(by)));
    block.setAttribute("aria-label", laterStrings.blockPerson(by.name));
    const accept = button(laterStrings.accept, "button button-primary", () => this.accept(id));
    const decline = button(laterStrings.decline, "button", () => this.leave(id, () => this.relations.decline(id)));
    this.offer({ accept, decline, block, ...(canReport ? { report } : {}) });
  }

  /** @param {Person} by */
  report(by) {
    const seq = this.newestOf(by);
    if (seq !== null) this.relations.report(seq);
  }

  /** @param {Record<string, HTMLButtonElement>} buttons by what they do */
  offer(buttons) {
    for (const [key, each] of Object.entries(buttons)) each.dataset.key = key;
    const all = Object.values(buttons);
    arrange(this.actions, all, all[0]);
  }

  /** @param {Conversation} conversation */
  showBlock(conversation) {
    const [person] = othersIn(conversation, this.session.me.id);
    this.say(laterStrings.youBlock(person.name), laterStrings.blockText);
    this.offer({ unblock: button(laterStrings.unblock, "button", () => this.relations.unblock(person)) });
  }

  /** @param {string} title @param {string} text */
  say(title, text) {
    part("closed-title", HTMLHeadingElement).textContent = title;
    part("closed-text", HTMLParagraphElement).textContent = text;
  }

  /** @param {number} id */
  async accept(id) {
    if (this.root.ariaBusy === "true") return;
    this.root.ariaBusy = "true";
    this.error.textContent = "";
    try {
      this.session.store.putConversation(await acceptRequest(this.session.api, id));
      for (const topic of ["conversations", "opened"]) this.session.emit(topic);
      queueMicrotask(() => part("composer-text", HTMLTextAreaElement).focus());
    } catch (error) {
      this.error.textContent = explainLater(error);
    } finally {
      this.root.ariaBusy = null;
    }
  }

  /**
   * The page turns away first, and lets arrive how far was read: what is asked of a conversation one has left is refused. If
   * it fails, the page comes back unless its person has gone on to something else.
   * @param {number} id
   * @param {() => Promise<boolean>} act whether it was done
   */
  async leave(id, act) {
    this.relations.go(null);
    await this.session.reader.hold(id);
    if (await act()) this.session.conversationGone(id);
    else if (location.pathname === pathOf(null)) this.relations.go(id);
  }
}
