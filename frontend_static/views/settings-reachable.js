import { blockedPeople, unblockPerson } from "../core/consent.js";
import { laterStrings } from "../core/later-strings.js";
import { arrange, button, el, part } from "./dom.js";
import { fill, Status } from "./settings-status.js";

/** Who can find the person, and whom they block. */
export class Reachable {
  /** @param {{api: NotificationsApi, me: Me, turn: import("../core/turn.js").Turn, time: TimeFormat, clock: Clock}} tools */
  constructor({ api, me, turn, time, clock }) {
    this.api = api;
    this.me = me;
    this.time = time;
    this.clock = clock;
    this.findable = part("findable", HTMLInputElement);
    this.list = part("blocked-list", HTMLUListElement);
    this.findableStatus = new Status("findable-status", turn);
    this.status = new Status("blocked-status", turn);
    this.findable.addEventListener("change", () => this.choose());
  }

  load() {
    this.findable.checked = this.me.findable ?? false;
    return fill(this.status, () => this.loadList());
  }

  choose() {
    const findable = this.findable.checked;
    this.findableStatus.save(async () => void Object.assign(this.me, await this.api.changeMe({ findable })));
  }

  async loadList() {
    const people = await blockedPeople(this.api.api);
    part("blocked-empty", HTMLParagraphElement).hidden = people.length > 0;
    arrange(this.list, people.map((person) => this.item(person)), part("blocked-title", HTMLHeadingElement));
  }

  /** @param {BlockedPerson} person */
  item({ id, name, since }) {
    const title = el("span", "settings-item-name", name);
    title.dir = "auto";
    const about = el("span", "settings-item-about", laterStrings.blockedSince(this.time.dayLabel(since, this.clock.now())));
    const unblock = button(laterStrings.unblock, "button button-small", () => this.unblock(id));
    unblock.dataset.key = String(id);
    unblock.setAttribute("aria-label", laterStrings.unblockPerson(name));
    return el("li", "settings-item", el("div", "settings-item-text", title, about), unblock);
  }

  /** @param {number} id */
  unblock(id) {
    this.status.save(async () => {
      await unblockPerson(this.api.api, id);
      await this.loadList();
    });
  }
}
