import { signatureOf } from "../core/locale.js";
import { conversationName, isClosed, marksIn, othersIn } from "../core/people.js";
import { strings } from "../core/strings.js";
import { conversationAvatar } from "./avatar.js";
import { batched, part } from "./dom.js";
import { personMarks } from "./person-marks.js";

/** Who is in the open conversation, and who is typing. */
export class ConversationHeader {
  /** @param {{session: Session, search: (id: number) => void, manage: () => void}} tools */
  constructor({ session, search, manage }) {
    this.session = session;
    this.people = part("open-people", HTMLButtonElement);
    this.people.addEventListener("click", manage);
    part("open-search", HTMLButtonElement).addEventListener("click", () => session.opened && search(session.opened.id));
    this.signature = "";
    const render = batched(() => this.render());
    for (const topic of ["opened", "conversations", "typing"]) session.on(topic, render);
  }

  render() {
    const { opened } = this.session;
    const conversation = this.session.conversation();
    part("nothing-open", HTMLElement).hidden = opened !== null;
    part("missing", HTMLElement).hidden = opened?.status !== "missing";
    part("open", HTMLElement).hidden = !opened || opened.status === "missing";
    const closed = isClosed(conversation);
    part("composer", HTMLFormElement).hidden = closed;
    part("open", HTMLElement).classList.toggle("is-closed", closed);
    this.people.disabled = Boolean(conversation?.request);
    const notice = part("notice", HTMLParagraphElement);
    const text = opened?.status === "failed" ? strings.loadFailed : (opened?.notice ?? "");
    notice.hidden = text === "";
    notice.textContent = text;
    this.renderNames(conversation);
    this.renderTyping();
  }

  /** @param {Conversation | undefined} conversation */
  renderNames(conversation) {
    const name = conversation ? conversationName(conversation, this.session.me.id) : "";
    const people = conversation?.kind === "group" ? peopleLine(conversation, this.session.me) : "";
    const marks = conversation ? marksOfOther(conversation, this.session.me) : undefined;
    const signature = signatureOf([conversation?.id, name, people, marks]);
    if (signature === this.signature) return;
    this.signature = signature;
    part("open-title", HTMLHeadingElement).textContent = name;
    part("open-marks", HTMLSpanElement).replaceChildren(...personMarks(marks));
    this.people.hidden = people === "";
    this.people.textContent = people;
    this.people.setAttribute("aria-label", strings.manageGroup(people));
    this.people.title = strings.manageGroup(people);
    part("open-avatar", HTMLSpanElement).replaceChildren(...(conversation ? [conversationAvatar(conversation, this.session.me)] : []));
  }

  renderTyping() {
    const people = this.session.typingPeople.in(this.session.opened?.id);
    part("typing", HTMLParagraphElement).classList.toggle("is-on", people.length > 0);
    part("typing-text", HTMLSpanElement).textContent = people.length > 0 ? strings.typing(people.map(({ name }) => name)) : "";
  }
}

/** Of the other one in a direct conversation. @param {Conversation} conversation @param {Person} me */
function marksOfOther(conversation, me) {
  const [other] = conversation.kind === "direct" ? othersIn(conversation, me.id) : [];
  return other && marksIn(conversation).get(other.id);
}

/** @param {Conversation} conversation @param {Person} me */
function peopleLine({ participants }, me) {
  const others = participants.filter(({ id }) => id !== me.id).map(({ name }) => name);
  return strings.peopleAre(strings.people(participants.length), strings.joined([strings.you, ...others]));
}
