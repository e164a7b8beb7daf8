import { laterStrings } from "../core/later-strings.js";
import { browserZone, isSameZone, zoneChoices } from "../core/zones.js";
import { el, part } from "./dom.js";
import { speak } from "./language.js";
import { Status } from "./settings-status.js";

/** Language and time zone. */
export class Place {
  /** @param {{api: NotificationsApi, me: Me, turn: import("../core/turn.js").Turn, changed: () => void}} tools */
  constructor({ api, me, turn, changed }) {
    this.api = api;
    this.me = me;
    this.changed = changed;
    this.language = part("language", HTMLSelectElement);
    this.zone = part("timezone", HTMLSelectElement);
    this.languageStatus = new Status("language-status", turn);
    this.zoneStatus = new Status("timezone-status", turn);
    this.language.addEventListener("change", () => this.changeLanguage());
    this.zone.addEventListener("change", () => this.changeZone());
    part("use-zone", HTMLButtonElement).addEventListener("click", () => this.useBrowserZone());
  }

  /** As this browser remembers it; and anew if the server says that it was chosen otherwise since. */
  async load() {
    this.render();
    const { language, timezone } = this.me;
    await this.api.api.confirm().catch(() => {}); // who asks for something else will tell
    if (this.me.language !== language || this.me.timezone !== timezone) this.render();
  }

  render() {
    this.language.value = this.me.language;
    this.zone.replaceChildren(...zoneChoices(this.me.timezone).map((zone) => el("option", "", zone)));
    this.zone.value = this.me.timezone;
    this.renderHint();
  }

  renderHint() {
    const zone = browserZone();
    part("zone-hint", HTMLParagraphElement).hidden = isSameZone(zone, this.zone.value);
    part("zone-hint-text", HTMLSpanElement).textContent = laterStrings.zoneDiffers(zone);
  }

  changeLanguage() {
    const language = this.language.value;
    this.languageStatus.save(async () => {
      await this.change({ language });
      await speak(this.me.language);
    });
  }

  changeZone() {
    const timezone = this.zone.value;
    this.renderHint();
    this.zoneStatus.save(() => this.change({ timezone }));
  }

  useBrowserZone() {
    const zone = browserZone();
    if (![...this.zone.options].some(({ value }) => value === zone)) this.zone.append(el("option", "", zone));
    this.zone.value = zone;
    this.zone.focus();
    this.changeZone();
  }

  /** @param {{language?: string, timezone?: string}} changes */
  async change(changes) {
    Object.assign(this.me, await this.api.changeMe(changes));
    this.changed();
  }
}
