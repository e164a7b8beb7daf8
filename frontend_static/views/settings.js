import { Turn } from "../core/turn.js";
import { part } from "./dom.js";
import { onLanguage } from "./language.js";
import { BrowserChoices } from "./settings-browser.js";
import { Choices } from "./settings-choices.js";
import { Devices } from "./settings-devices.js";
import { MutedConversations } from "./settings-muted.js";
import { NotificationLog } from "./settings-log.js";
import { Place } from "./settings-place.js";
import { Reachable } from "./settings-reachable.js";

/** The settings of the person: what they want to be told, where, and what they were told. */
export class Settings {
  /**
   * @param {object} tools
   * @param {NotificationsApi} tools.api
   * @param {Session} tools.session
   * @param {Push} tools.push
   * @param {TimeFormat} tools.time
   * @param {import("../core/preferences.js").Preferences} tools.preferences
   * @param {() => Promise<import("./sound.js").Sound>} tools.sound
   * @param {(id: number | null) => void} tools.go
   * @param {() => void} tools.showKeys
   */
  constructor({ api, session, push, time, preferences, sound, go, showKeys }) {
    const { me, environment: { clock } } = session;
    const turn = new Turn();
    this.choices = new Choices({ api, me, turn, time });
    this.place = new Place({ api, me, turn, changed: () => this.choices.renderQuietFields() });
    this.browser = new BrowserChoices({ preferences, sound, showKeys });
    this.devices = new Devices({ api, me, push, turn, time, clock });
    this.muted = new MutedConversations({ api, session, turn, time });
    this.reachable = new Reachable({ api, me, turn, time, clock });
    this.log = new NotificationLog({ api, session, turn, time, go });
    this.isOpen = false;
    onLanguage(() => this.translate());
    part("settings-back", HTMLAnchorElement).addEventListener("click", (event) => {
      event.preventDefault();
      go(null);
    });
  }

  /** @param {boolean} isHere whether the address is that of the settings */
  follow(isHere) {
    if (isHere) this.open();
    else this.isOpen = false;
  }

  /** What the server knows is asked anew each time. */
  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.load();
    // What is touched before it has been loaded would turn back.
    part("settings-content", HTMLDivElement).inert = false;
    part("settings-title", HTMLHeadingElement).focus();
  }

  load() {
    for (const section of [this.choices, this.place, this.browser, this.devices, this.muted, this.reachable, this.log]) section.load();
  }

  /** The page speaks another language now: what was said in the one before is said anew, or no longer. */
  translate() {
    for (const line of document.querySelectorAll("#settings .setting-status")) line.replaceChildren();
    if (this.isOpen) this.load();
  }
}
