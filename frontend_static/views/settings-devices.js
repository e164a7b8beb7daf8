import { ApiError, NetworkError } from "../core/api-error.js";
import { explainLater } from "../core/explain-later.js";
import { laterStrings } from "../core/later-strings.js";
import { arrange, button, el, part } from "./dom.js";
import { fill, Status } from "./settings-status.js";

/** This browser's push notifications, the other browsers that take them, and tests of both channels. */
export class Devices {
  /** @param {{api: NotificationsApi, me: Me, push: Push, turn: import("../core/turn.js").Turn, time: TimeFormat, clock: Clock}} tools */
  constructor({ api, me, push, turn, time, clock }) {
    this.api = api;
    this.push = push;
    this.time = time;
    this.clock = clock;
    this.list = part("device-list", HTMLUListElement);
    this.status = new Status("devices-status", turn);
    this.hereStatus = new Status("here-status", turn);
    this.toggle = part("here-toggle", HTMLButtonElement);
    /** @type {PushDevice[] | null} null before they are known */
    this.devices = null;
    this.toggle.addEventListener("click", () => this.turnHere());
    part("test-address", HTMLSpanElement).textContent = me.email;
    part("test-email", HTMLButtonElement).addEventListener("click", () => this.test(() => api.testEmail()));
    push.on("push", () => this.renderHere());
    this.renderHere();
  }

  async load() {
    this.push.look();
    await fill(this.status, () => this.loadList());
  }

  async loadList() {
    this.devices = (await this.api.devices()).subscriptions;
    this.render();
  }

  renderHere() {
    const { state } = this.push;
    const isOpen = state === "on" || state === "off";
    part("here-state", HTMLParagraphElement).textContent = laterStrings.pushStates[state];
    this.toggle.hidden = !isOpen;
    this.toggle.textContent = state === "on" ? laterStrings.turnOffHere : laterStrings.turnOnHere;
    this.toggle.classList.toggle("button-primary", state === "off");
    this.render();
  }

  /** In the click itself: a browser asks its person for nothing else. */
  async turnHere() {
    this.hereStatus.clear();
    this.toggle.setAttribute("aria-busy", "true");
    try {
      await (this.push.state === "on" ? this.push.disable() : this.push.enable());
      await this.loadList();
    } catch (error) {
      const isServers = error instanceof ApiError || error instanceof NetworkError;
      this.hereStatus.fail(isServers ? explainLater(error) : laterStrings.pushFailed);
    } finally {
      this.toggle.removeAttribute("aria-busy");
    }
  }

  render() {
    if (this.devices === null) return;
    part("devices-empty", HTMLParagraphElement).hidden = this.devices.length > 0;
    arrange(this.list, this.devices.map((device) => this.item(device)), part("devices-title", HTMLHeadingElement));
  }

  /** @param {PushDevice} device */
  item(device) {
    const { name, seen_at } = device;
    const isHere = device.id === this.push.deviceId;
    const title = el("span", "settings-item-name", name);
    title.dir = "auto";
    const seen = laterStrings.lastSeen(this.time.moment(seen_at, this.clock.now()));
    const about = el("span", "settings-item-about", isHere ? `${laterStrings.thisBrowser} · ${seen}` : seen);
    const test = button(laterStrings.sendTest, "button button-small", () => this.test(() => this.api.testPush(device.id)));
    test.dataset.key = `test-${device.id}`;
    test.setAttribute("aria-label", laterStrings.sendTestTo(name));
    const remove = button(laterStrings.removeFromList, "button button-small", () => this.remove(device));
    remove.dataset.key = `remove-${device.id}`;
    remove.setAttribute("aria-label", laterStrings.removeDevice(name));
    const actions = el("div", "settings-item-actions", test, remove);
    return el("li", "settings-item", el("div", "settings-item-text", title, about), actions);
  }

  /** @param {() => Promise<void>} request */
  test(request) {
    this.status.save(request, () => laterStrings.testUnderWay);
  }

  /** @param {PushDevice} device */
  remove(device) {
    this.status.save(async () => {
      await (device.id === this.push.deviceId ? this.push.disable() : this.push.remove(device.id));
      await this.loadList();
    });
  }
}
