import { part } from "./dom.js";

/** What is chosen for this browser alone. */
export class BrowserChoices {
  /** @param {{preferences: import("../core/preferences.js").Preferences, sound: () => Promise<import("./sound.js").Sound>, showKeys: () => void}} tools */
  constructor({ preferences, sound, showKeys }) {
    this.preferences = preferences;
    this.sound = part("sound", HTMLInputElement);
    this.singleKeys = part("single-keys", HTMLInputElement);
    this.sound.addEventListener("change", async () => {
      preferences.set("hark-sound", this.sound.checked);
      // Whoever turns it on hears what it is.
      if (this.sound.checked) (await sound()).play();
    });
    this.singleKeys.addEventListener("change", () => preferences.set("hark-single-keys", this.singleKeys.checked));
    part("show-keys", HTMLButtonElement).addEventListener("click", showKeys);
    part("keys-dialog", HTMLDialogElement).addEventListener("close", () => this.load());
  }

  load() {
    this.sound.checked = this.preferences.isOn("hark-sound");
    this.singleKeys.checked = this.preferences.isOn("hark-single-keys");
  }
}
