import { explainLater } from "../core/explain-later.js";
import { addToGroup, removeFromGroup, renameGroup } from "../core/groups.js";
import { laterStrings } from "../core/later-strings.js";
import { signatureOf } from "../core/locale.js";
import { marksIn } from "../core/people.js";
import { PeopleSearch } from "../core/people-search.js";
import { personAvatar } from "./avatar.js";
import { arrange, button, el, part } from "./dom.js";
import { personMarks } from "./person-marks.js";

/** A group: its name, who is in it, and the way out. */
export class GroupDialog {
  /** @param {{session: Session, go: (id: number | null) => void}} tools */
  constructor({ session, go }) {
    this.session = session;
    this.go = go;
    this.dialog = part("group-dialog", HTMLDialogElement);
    this.name = part("group-name", HTMLInputElement);
    this.save = part("group-save", HTMLButtonElement);
    this.query = part("group-query", HTMLInputElement);
    this.status = part("group-status", HTMLParagraphElement);
    this.error = part("group-error", HTMLParagraphElement);
    /** @type {number | null} */
    this.id = null;
    this.savedName = "";
    this.people = new PeopleSearch({
      api: session.api,
      clock: session.environment.clock,
      changed: () => this.renderFound(),
    });
    /** What the lists show, so that they are built anew only when it is something else. @type {Map<HTMLElement, string>} */
    this.shown = new Map();
    this.bind();
  }

  bind() {
    this.session.on("conversations", () => this.dialog.open && this.render());
    this.name.addEventListener("input", () => this.renderSave());
    this.query.addEventListener("input", () => this.people.askSoon(this.query.value));
    part("group-name-form", HTMLFormElement).addEventListener("submit", (event) => this.rename(event));
    part("group-close", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
    part("group-leave", HTMLButtonElement).addEventListener("click", () => this.askWhetherSure(true));
    part("group-stay", HTMLButtonElement).addEventListener("click", () => this.askWhetherSure(false));
    part("group-leave-now", HTMLButtonElement).addEventListener("click", () => this.leave());
  }

  open() {
    const conversation = this.session.conversation();
    if (conversation?.kind !== "group") return;
    this.id = conversation.id;
    this.name.value = this.savedName = conversation.title;
    this.query.value = this.error.textContent = this.status.textContent = "";
    this.people.forget();
    this.shown.clear();
    part("group-sure", HTMLDivElement).hidden = true;
    part("group-leave", HTMLButtonElement).hidden = false;
    this.render();
    this.dialog.showModal();
    this.people.ask("");
  }

  group() {
    return this.id === null ? undefined : this.session.store.conversations.get(this.id);
  }

  /** Others change it too, meanwhile. */
  render() {
    const group = this.group();
    if (!group) {
      this.dialog.close();
      return;
    }
    if (this.name.value === this.savedName) this.name.value = group.title;
    this.savedName = group.title;
    this.renderSave();
    this.renderMembers(group);
    this.renderFound();
  }

  renderSave() {
    this.save.disabled = this.name.value.trim() === this.savedName;
  }

  /** @param {Conversation} group */
  renderMembers(group) {
    const { me } = this.session;
    const isMine = group.owner === me.id;
    const marks = marksIn(group);
    const facts = group.participants.map(({ id, name }) => {
      return { id, name, marks: marks.get(id), isOwner: id === group.owner, isRemovable: isMine && id !== me.id };
    });
    const order = facts.sort((one, other) => Number(other.isOwner) - Number(one.isOwner) || one.name.localeCompare(other.name));
    this.fill(part("group-members", HTMLUListElement), order, (person) => this.member(person));
  }

  /** @param {Person & {marks: PersonMarks | undefined, isOwner: boolean, isRemovable: boolean}} person */
  member(person) {
    const label = person.id === this.session.me.id ? laterStrings.youAnd(person.name) : person.name;
    const owner = person.isOwner ? el("span", "group-owner", laterStrings.owner) : null;
    const remove = person.isRemovable ? button(laterStrings.removeFromGroup, "button button-small", () => this.remove(person)) : null;
    if (remove) remove.dataset.key = `remove-${person.id}`;
    remove?.setAttribute("aria-label", laterStrings.removeFromGroupLabel(person.name));
    return personItem(person, label, ...personMarks(person.marks), owner, remove);
  }

  renderFound() {
    const present = new Set(this.group()?.participants.map(({ id }) => id));
    const others = this.people.people.filter(({ id }) => !present.has(id));
    this.fill(part("group-found", HTMLUListElement), others, (person) => {
      const add = button(laterStrings.addToGroup, "button button-small", () => this.add(person));
      add.dataset.key = `add-${person.id}`;
      add.setAttribute("aria-label", laterStrings.addToGroupLabel(person.name));
      return personItem(person, person.name, add);
    });
    const { error, isBusy } = this.people;
    const nobody = others.length === 0 && !isBusy ? laterStrings.nobodyToAdd : "";
    part("group-found-status", HTMLParagraphElement).textContent = error ? explainLater(error) : nobody;
  }

  /**
   * Whoever had the focus on something that is gone is led to the list's heading.
   * @template Item
   * @param {HTMLElement} list
   * @param {Item[]} items
   * @param {(item: Item) => HTMLElement} make
   */
  fill(list, items, make) {
    const signature = signatureOf(items);
    if (this.shown.get(list) === signature) return;
    this.shown.set(list, signature);
    arrange(list, items.map(make), part("group-members-title", HTMLHeadingElement));
  }

  /** @param {SubmitEvent} event */
  async rename(event) {
    event.preventDefault();
    const title = this.name.value.trim();
    if (title === this.savedName) return;
    const isSaved = await this.act((id) => renameGroup(this.session.api, id, title), laterStrings.renamed);
    if (!isSaved) return;
    this.name.value = this.savedName = title;
    this.renderSave();
  }

  /** @param {Person} person */
  add(person) {
    return this.act((id) => addToGroup(this.session.api, id, person.id), laterStrings.addedToGroup(person.name));
  }

  /** @param {Person} person */
  async remove(person) {
    const request = (/** @type {number} */ id) => removeFromGroup(this.session.api, id, person.id);
    const isGone = await this.act(request, laterStrings.removedFromGroup(person.name));
    if (isGone) this.status.append(" ", button(laterStrings.undo, "link-button", () => this.add(person)));
  }

  /** @param {boolean} isAsking */
  askWhetherSure(isAsking) {
    part("group-sure", HTMLDivElement).hidden = !isAsking;
    part("group-leave", HTMLButtonElement).hidden = isAsking;
    part(isAsking ? "group-stay" : "group-leave", HTMLButtonElement).focus();
  }

  /** The page turns away first: a poll that asks for a conversation one has left is refused. */
  async leave() {
    const { session, id } = this;
    if (id === null) return;
    this.go(null);
    const hasLeft = await this.act(() => removeFromGroup(session.api, id, session.me.id), "");
    if (!hasLeft) {
      this.go(id);
      return;
    }
    this.dialog.close();
    session.conversationGone(id);
  }

  /**
   * One change at a time; what the server says against it is said in words.
   * @param {(id: number) => Promise<unknown>} request
   * @param {string} done
   */
  async act(request, done) {
    if (this.id === null || this.dialog.ariaBusy === "true") return false;
    this.error.textContent = this.status.textContent = "";
    this.dialog.ariaBusy = "true";
    try {
      await request(this.id);
      this.status.textContent = done;
      return true;
    } catch (error) {
      this.error.textContent = explainLater(error);
      return false;
    } finally {
      this.dialog.ariaBusy = null;
    }
  }
}

/** @param {Person} person @param {string} label @param {...(HTMLElement | null)} ends */
function personItem(person, label, ...ends) {
  const name = el("span", "person-name", label);
  name.dir = "auto";
  return el("li", "group-person", personAvatar(person), name, ...ends);
}
