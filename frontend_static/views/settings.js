import { groupOf } from "../core/setting-groups.js";
import { strings } from "../core/strings.js";
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
import { Status } from "./settings-status.js";

/** @typedef {import("./account/account.js").Account} Account */

/**
 * The settings of the person, in groups of which one is shown: what they want to be told and what they were told, what they
 * chose for this browser, and their account.
 */
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
   * @param {() => Promise<Account>} tools.account
   */
  constructor({ api, session, push, time, preferences, sound, go, showKeys, account }) {
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
    this.page = part("settings-page", HTMLDivElement);
    this.scroller = part("settings-content", HTMLDivElement);
    this.account = account;
    /** @type {Account | null} once it was looked at */
    this.openAccount = null;
    this.accountStatus = new Status("account-status", turn);
    onLanguage(() => this.translate());
    addEventListener("hashchange", () => this.isOpen && this.showGroup());
    part("settings-back", HTMLAnchorElement).addEventListener("click", (event) => {
      event.preventDefault();
      go(null);
    });
  }

  /** @param {boolean} isHere whether the address is that of the settings */
  follow(isHere) {
    if (isHere) this.open();
    else this.close();
  }

  close() {
    this.isOpen = false;
    this.openAccount?.close();
  }

  /** What the server knows is asked anew each time. */
  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.load();
    this.showGroup();
    // What is touched before it has been loaded would turn back.
    this.scroller.inert = false;
    part("settings-title", HTMLHeadingElement).focus();
  }

  load() {
    for (const section of [this.choices, this.place, this.browser, this.devices, this.muted, this.reachable, this.log]) section.load();
  }

  /** The page speaks another language now: what was said in the one before is said anew, or no longer. */
  translate() {
    for (const line of document.querySelectorAll("#settings .setting-status")) line.replaceChildren();
    this.openAccount?.close();
    if (!this.isOpen) return;
    this.load();
    this.showGroup();
  }

  /** The one that the address names. */
  showGroup() {
    const group = groupOf(location.hash);
    this.page.dataset.shown = group;
    for (const link of document.querySelectorAll(".settings-nav a")) {
      if (link instanceof HTMLAnchorElement && groupOf(link.hash) === group) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.scroller.scrollTop = 0;
    this.showAccount(group);
  }

  /** Its part of the page comes when it is first needed. @param {string} group */
  async showAccount(group) {
    this.accountStatus.clear();
    if (group !== "security" && group !== "data") return;
    try {
      this.openAccount ??= await this.account();
      if (this.isOpen && groupOf(location.hash) === group) this.openAccount.open(group);
    } catch {
      this.accountStatus.fail(strings.partNotLoaded, () => this.showAccount(group));
    }
  }
}
