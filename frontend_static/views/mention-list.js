import { completeMention, mentionBegun, peopleNamed } from "../core/mention-begun.js";
import { personAvatar } from "./avatar.js";
import { el, part } from "./dom.js";

/** Completes "@" and the beginning of a name. The focus stays in the text; the arrows choose. (WAI-ARIA: listbox) */
export class MentionList {
  /** @param {{text: HTMLTextAreaElement, people: () => Person[], completed: () => void}} tools */
  constructor({ text, people, completed }) {
    this.text = text;
    this.people = people;
    this.completed = completed;
    this.root = part("mentions", HTMLUListElement);
    /** @type {{start: number, query: string} | null} */
    this.begun = null;
    /** @type {Person[]} */
    this.found = [];
    this.index = 0;
    /** Where a list was closed that its person did not want. @type {number | null} */
    this.unwantedAt = null;
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", this.root.id);
    text.addEventListener("input", () => this.look());
    text.addEventListener("click", () => this.look());
    text.addEventListener("keyup", ({ key }) => (key === "ArrowLeft" || key === "ArrowRight") && this.look());
    text.addEventListener("blur", () => this.close());
  }

  isOpen() {
    return !this.root.hidden;
  }

  look() {
    const { selectionStart, selectionEnd, value } = this.text;
    const begun = selectionStart === selectionEnd ? mentionBegun(value, selectionStart) : null;
    if (begun?.start !== this.unwantedAt) this.unwantedAt = null;
    const found = begun && this.unwantedAt === null ? peopleNamed(begun.query, this.people()) : [];
    this.index = begun?.query === this.begun?.query ? this.index : 0;
    this.begun = begun;
    this.found = found;
    this.render();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for the list */
  keydown(event) {
    if (!this.isOpen()) return false;
    const { length } = this.found;
    if (event.key === "ArrowDown") this.choose((this.index + 1) % length);
    else if (event.key === "ArrowUp") this.choose((this.index + length - 1) % length);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.complete(this.found[this.index]);
    else if (event.key === "Escape") this.refuse();
    else return false;
    event.preventDefault();
    return true;
  }

  /** @param {number} index */
  choose(index) {
    this.index = index;
    this.render();
  }

  refuse() {
    this.unwantedAt = this.begun?.start ?? null;
    this.close();
  }

  close() {
    this.found = [];
    this.render();
  }

  /** @param {Person} person */
  complete({ name }) {
    if (!this.begun) return;
    const { text, caret } = completeMention(this.text.value, this.begun, name);
    this.text.value = text;
    this.text.setSelectionRange(caret, caret);
    this.begun = null;
    this.close();
    this.completed();
  }

  render() {
    this.root.hidden = this.found.length === 0;
    this.root.replaceChildren(...this.found.map((person, index) => this.option(person, index)));
    if (this.isOpen()) this.text.setAttribute("aria-activedescendant", `mention-${this.index}`);
    else this.text.removeAttribute("aria-activedescendant");
  }

  /** @param {Person} person @param {number} index */
  option(person, index) {
    const name = el("span", "person-name", person.name);
    name.dir = "auto";
    const option = el("li", "mention-option", personAvatar(person), name);
    option.id = `mention-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(index === this.index));
    // Before the text loses the focus, which would close the list.
    option.addEventListener("pointerdown", (event) => event.preventDefault());
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => this.complete(person));
    return option;
  }
}
