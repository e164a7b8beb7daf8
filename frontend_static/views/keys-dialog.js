import { laterStrings } from "../core/later-strings.js";
import { keysOf, shortcuts } from "../core/shortcuts.js";
import { el, part } from "./dom.js";

/** What the keyboard can do, and whether it may do it by single keys. */
export class KeysDialog {
  /** @param {{preferences: import("../core/preferences.js").Preferences}} tools */
  constructor({ preferences }) {
    this.preferences = preferences;
    this.dialog = part("keys-dialog", HTMLDialogElement);
    this.single = part("keys-single", HTMLInputElement);
    this.list = part("keys-list", HTMLDListElement);
    this.single.addEventListener("change", () => this.switched());
    part("keys-close", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
  }

  open() {
    this.single.checked = this.preferences.isOn("hark-single-keys");
    this.render();
    this.dialog.showModal();
  }

  switched() {
    this.preferences.set("hark-single-keys", this.single.checked);
    this.render();
  }

  render() {
    const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
    const rows = shortcuts.map((shortcut) => ({ shortcut, element: row(shortcut, isMac) }));
    for (const { shortcut, element } of rows) element.classList.toggle("is-off", shortcut.isSingle === true && !this.single.checked);
    this.list.replaceChildren(...rows.map(({ element }) => element));
  }
}

/** @param {import("../core/shortcuts.js").Shortcut} shortcut @param {boolean} isMac */
function row(shortcut, isMac) {
  const keys = keysOf(shortcut, isMac).flatMap((key, index) => (index === 0 ? [el("kbd", "key", key)] : [laterStrings.keyJoin, el("kbd", "key", key)]));
  const held = el("dd", "", ...keys);
  held.dir = "ltr";
  return el("div", "keys-row", el("dt", "", laterStrings.shortcuts[shortcut.action]), held);
}
