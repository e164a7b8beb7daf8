import { delayChoices, delayWords } from "../core/delays.js";
import { laterStrings } from "../core/later-strings.js";
import { el, part } from "./dom.js";
import { fill, Status } from "./settings-status.js";

/** @typedef {import("../core/turn.js").Turn} Turn */

const USUAL_QUIET_HOURS = { start: "22:00", end: "08:00" };

/** Channels, quiet hours and privacy: one resource, each choice saved by itself. */
export class Choices {
  /** @param {{api: NotificationsApi, me: Me, turn: Turn, time: TimeFormat}} tools */
  constructor({ api, me, turn, time }) {
    this.api = api;
    this.me = me;
    this.time = time;
    const status = (/** @type {string} */ name) => new Status(`${name}-status`, turn);
    this.status = status("choices");
    this.fields = part("choices", HTMLFieldSetElement);
    this.suppressed = status("suppressed");
    this.quietStatus = status("quiet");
    this.bindSwitch("email", status("email"));
    this.bindSwitch("push", status("push"));
    this.bindSwitch("hide_content", status("hide_content"));
    this.bindDelay("email_delay", status("email_delay"));
    this.bindDelay("push_delay", status("push_delay"));
    for (const id of ["quiet", "quiet-start", "quiet-end"]) input(id).addEventListener("change", () => this.changeQuiet());
    part("suppressed-again", HTMLButtonElement).addEventListener("click", () => this.tryMailAgain());
  }

  load() {
    return fill(this.status, async () => this.render(await this.api.settings()));
  }

  /** @param {NotificationSettings} settings */
  render(settings) {
    input("email").checked = settings.email;
    input("push").checked = settings.push;
    input("hide_content").checked = settings.hide_content;
    fillDelays("email_delay", settings.email_delay, settings.defaults.email_delay);
    fillDelays("push_delay", settings.push_delay, settings.defaults.push_delay);
    const withPush = laterStrings.delayWithPush(delayWords(settings.defaults.email_delay_with_push));
    part("email_delay-hint", HTMLParagraphElement).textContent = withPush;
    this.renderQuiet(settings.quiet_hours);
    this.renderSuppressed(settings.email_suppressed);
    this.fields.disabled = false;
  }

  /** @param {"email" | "push" | "hide_content"} name @param {Status} status */
  bindSwitch(name, status) {
    const control = input(name);
    control.addEventListener("change", () => {
      const chosen = control.checked;
      status.save(() => this.api.change({ [name]: chosen }));
    });
  }

  /** @param {"email_delay" | "push_delay"} name @param {Status} status */
  bindDelay(name, status) {
    const control = part(name, HTMLSelectElement);
    control.addEventListener("change", () => {
      const chosen = control.value === "" ? null : Number(control.value);
      status.save(() => this.api.change({ [name]: chosen }));
    });
  }

  // Quiet hours

  /** @param {NotificationChoices["quiet_hours"]} hours */
  renderQuiet(hours) {
    const { start, end } = hours ?? USUAL_QUIET_HOURS;
    input("quiet").checked = hours !== null;
    input("quiet-start").value = start;
    input("quiet-end").value = end;
    this.renderQuietFields();
  }

  /** The zone can be changed further down. */
  renderQuietFields() {
    part("quiet-hours", HTMLDivElement).hidden = !input("quiet").checked;
    part("quiet-zone", HTMLParagraphElement).textContent = laterStrings.quietZone(this.me.timezone);
  }

  changeQuiet() {
    this.renderQuietFields();
    const hours = { start: input("quiet-start").value, end: input("quiet-end").value };
    const isOn = input("quiet").checked;
    if (isOn && (!hours.start || !hours.end)) this.quietStatus.fail(laterStrings.quietIncomplete);
    else if (isOn && hours.start === hours.end) this.quietStatus.fail(laterStrings.quietSame);
    else this.quietStatus.save(() => this.api.change({ quiet_hours: isOn ? hours : null }));
  }

  // An address that takes no mail

  /** @param {NotificationSettings["email_suppressed"]} suppressed */
  renderSuppressed(suppressed) {
    part("suppressed", HTMLElement).hidden = suppressed === null;
    if (suppressed === null) return;
    const day = this.time.date.format(new Date(suppressed.since));
    part("suppressed-text", HTMLParagraphElement).textContent = laterStrings.suppressedSince(this.me.email, day);
    part("suppressed-reason", HTMLElement).textContent = suppressed.reason;
  }

  tryMailAgain() {
    this.suppressed.save(async () => {
      await this.api.forgive();
      part("suppressed", HTMLElement).hidden = true;
    }, () => laterStrings.mailAgain);
  }
}

/** @param {string} id */
function input(id) {
  return part(id, HTMLInputElement);
}

/** @param {string} id @param {number | null} current @param {number} house */
function fillDelays(id, current, house) {
  const options = delayChoices(current, house).map(({ seconds, label }) => {
    const option = el("option", "", label);
    option.value = seconds === null ? "" : String(seconds);
    option.selected = seconds === current;
    return option;
  });
  part(id, HTMLSelectElement).replaceChildren(...options);
}
