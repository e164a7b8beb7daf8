import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { shortNumber } from "../core/locale.js";
import { PeopleSearch } from "../core/people-search.js";
import { unreadIn } from "../core/people.js";
import { strings } from "../core/strings.js";
import { choices } from "../core/switcher.js";
import { conversationAvatar, personAvatar } from "./avatar.js";
import { el, part } from "./dom.js";

/** @typedef {import("../core/switcher.js").Choice} Choice */

/** Goes anywhere by a few letters: a combobox over conversations and people (ARIA APG). */
export class Switcher {
  /** @param {{session: Session, go: (id: number) => void}} tools */
  constructor({ session, go }) {
    this.session = session;
    this.go = go;
    this.dialog = part("switcher", HTMLDialogElement);
    this.query = part("switcher-query", HTMLInputElement);
    this.list = part("switcher-list", HTMLUListElement);
    this.status = part("switcher-status", HTMLParagraphElement);
    /** @type {Choice[]} */
    this.choices = [];
    this.active = 0;
    this.isBusy = false;
    const { clock } = session.environment;
    this.people = new PeopleSearch({ api: session.api, clock, changed: () => this.render() });
    this.query.addEventListener("input", () => this.typed());
    this.query.addEventListener("keydown", (event) => this.keydown(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    part("switcher-close", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
    session.on("conversations", () => this.dialog.open && this.render());
  }

  toggle() {
    if (this.dialog.open) {
      this.dialog.close();
      return;
    }
    this.query.value = "";
    this.people.forget();
    this.dialog.showModal();
    this.query.focus();
    this.active = 0;
    this.render();
    this.session.loadMoreConversations();
  }

  typed() {
    this.active = 0;
    if (this.query.value.trim() === "") this.people.forget();
    else this.people.askSoon(this.query.value);
    this.render();
  }

  render() {
    const { store, me, opened } = this.session;
    const key = this.choices[this.active]?.key;
    this.choices = choices({
      query: this.query.value,
      conversations: store.conversationsInOrder(),
      people: this.people.people,
      meId: me.id,
      openId: opened?.id ?? null,
    });
    // Who was moved to stays the chosen one when people come in.
    if (this.active > 0) this.active = Math.max(this.choices.findIndex((choice) => choice.key === key), 0);
    this.list.replaceChildren(...this.choices.map((choice, index) => this.option(choice, index)));
    this.renderActive();
    this.status.textContent = this.statusText();
  }

  statusText() {
    if (this.people.error) return laterStrings.peopleNotSearched(explainLater(this.people.error));
    if (this.choices.length > 0) return this.query.value.trim() === "" ? "" : laterStrings.choicesFound(this.choices.length);
    return this.people.isBusy ? laterStrings.searching : laterStrings.nowhereFound;
  }

  /** @param {Choice} choice @param {number} index */
  option(choice, index) {
    const { conversation, person, name } = choice;
    const label = el("span", "switcher-name", ...markedName(name, choice.marks));
    label.dir = "auto";
    const picture = conversation ? conversationAvatar(conversation, this.session.me) : person ? personAvatar(person) : null;
    const option = el("li", "switcher-option", picture, label, this.note(choice));
    option.id = `switcher-option-${index}`;
    option.setAttribute("role", "option");
    option.addEventListener("click", () => this.choose(choice));
    option.addEventListener("pointermove", () => this.moveTo(index));
    return option;
  }

  /** @param {Choice} choice */
  note({ conversation, person }) {
    if (person) return el("span", "switcher-note", laterStrings.startWith);
    if (!conversation || unreadIn(conversation) === 0) return null;
    const number = el("span", "", shortNumber(conversation.unread));
    number.setAttribute("aria-hidden", "true");
    return el("span", "conversation-count", number, el("span", "visually-hidden", strings.unread(conversation.unread)));
  }

  renderActive() {
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.active)));
    const active = this.list.children[this.active];
    if (active) this.query.setAttribute("aria-activedescendant", active.id);
    else this.query.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  moveTo(index) {
    if (index === this.active || this.choices.length === 0) return;
    this.active = index;
    this.renderActive();
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    if (event.isComposing) return;
    const count = this.choices.length;
    if (event.key === "Enter") this.choose(this.choices[this.active]);
    else if (event.key === "ArrowDown") this.moveTo((this.active + 1) % count);
    else if (event.key === "ArrowUp") this.moveTo((this.active - 1 + count) % count);
    else return;
    event.preventDefault();
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Choice | undefined} choice */
  async choose(choice) {
    if (!choice || this.isBusy) return;
    this.isBusy = true;
    try {
      const id = choice.conversation?.id ?? (choice.person ? await this.session.startConversation([choice.person], "") : null);
      this.dialog.close();
      if (id !== null) this.go(id);
    } catch (error) {
      this.status.textContent = explainLater(error);
    } finally {
      this.isBusy = false;
    }
  }
}

/** @param {string} name @param {Set<number>} marks */
function markedName(name, marks) {
  return Array.from(name.normalize("NFC"), (letter, index) => (marks.has(index) ? el("mark", "", letter) : letter));
}
