import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { signatureOf } from "../core/locale.js";
import { PeopleSearch } from "../core/people-search.js";
import { personAvatar } from "./avatar.js";
import { arrange, button, el, icon, part } from "./dom.js";

/** Finds people and starts a conversation: with one of them, or as a group with several. */
export class PeopleDialog {
  /** @param {{session: Session, go: (id: number) => void}} tools */
  constructor({ session, go }) {
    this.session = session;
    this.go = go;
    this.dialog = part("people-dialog", HTMLDialogElement);
    this.query = part("people-query", HTMLInputElement);
    this.found = part("people-found", HTMLUListElement);
    this.chosenList = part("people-chosen", HTMLUListElement);
    this.title = part("people-title", HTMLInputElement);
    this.start = part("people-start", HTMLButtonElement);
    this.error = part("people-error", HTMLParagraphElement);
    /** @type {Person[]} */
    this.chosen = [];
    /** @type {Person[]} */
    this.people = [];
    /** The items of the list by whom they show, so that they stay under a pointer and a finger. @type {Map<string, HTMLLIElement>} */
    this.known = new Map();
    const { clock } = session.environment;
    this.search = new PeopleSearch({ api: session.api, clock, changed: () => this.showFound() });
    this.query.addEventListener("input", () => this.search.askSoon(this.query.value));
    this.query.addEventListener("keydown", (event) => this.keydown(event));
    part("people-form", HTMLFormElement).addEventListener("submit", (event) => this.submit(event));
    part("people-close", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
  }

  open() {
    this.chosen = [];
    this.known.clear();
    this.query.value = "";
    this.title.value = "";
    this.error.textContent = "";
    this.dialog.showModal();
    this.query.focus();
    this.renderChosen();
    this.search.ask("");
  }

  showFound() {
    this.people = this.search.people.filter(({ id }) => id !== this.session.me.id);
    const nobody = this.people.length === 0 ? laterStrings.nobodyFound : "";
    part("people-status", HTMLParagraphElement).textContent = this.search.error ? explainLater(this.search.error) : nobody;
    this.renderFound();
  }

  renderFound() {
    arrange(this.found, this.people.map((person) => this.itemOf(person)), this.query);
  }

  /** @param {Person} person */
  itemOf(person) {
    const signature = signatureOf(person);
    const item = this.known.get(signature) ?? el("li", "", this.choice(person));
    item.firstElementChild?.setAttribute("aria-pressed", String(this.isChosen(person)));
    this.known.set(signature, item);
    return item;
  }

  /** @param {Person} person */
  choice(person) {
    const name = el("span", "person-name", person.name);
    name.dir = "auto";
    const choice = el("button", "person", personAvatar(person), name, icon("check"));
    choice.type = "button";
    choice.addEventListener("click", () => this.toggle(person));
    return choice;
  }

  /** @param {Person} person */
  isChosen(person) {
    return this.chosen.some(({ id }) => id === person.id);
  }

  /** @param {Person} person */
  toggle(person) {
    this.chosen = this.isChosen(person) ? this.chosen.filter(({ id }) => id !== person.id) : [...this.chosen, person];
    this.error.textContent = "";
    this.renderChosen();
    this.renderFound();
  }

  renderChosen() {
    this.chosenList.replaceChildren(...this.chosen.map((person) => this.chip(person)));
    const isGroup = this.chosen.length > 1;
    part("people-title-field", HTMLDivElement).hidden = !isGroup;
    this.start.textContent = isGroup ? laterStrings.createGroup : laterStrings.startChat;
    this.start.disabled = this.chosen.length === 0;
  }

  /** @param {Person} person */
  chip(person) {
    const name = el("span", "", person.name);
    name.dir = "auto";
    const remove = button("", "icon-button icon-button-small", () => {
      this.toggle(person);
      this.query.focus();
    });
    remove.append(icon("close"));
    remove.setAttribute("aria-label", laterStrings.removePerson(person.name));
    return el("li", "chip", name, remove);
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const [first] = this.people;
    if (this.query.value.trim() === "" || !first || this.isChosen(first)) return;
    this.toggle(first);
    this.query.value = "";
    this.search.ask("");
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    if (this.start.ariaBusy === "true") return;
    this.start.ariaBusy = "true";
    try {
      const id = await this.session.startConversation(this.chosen, this.title.value.trim());
      this.dialog.close();
      this.go(id);
    } catch (error) {
      this.error.textContent = explainLater(error);
    } finally {
      this.start.ariaBusy = null;
    }
  }
}
