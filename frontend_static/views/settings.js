import { Turn } from "../core/turn.js";
import { part } from "./dom.js";
import { Choices } from "./settings-choices.js";
import { Devices } from "./settings-devices.js";
import { MutedConversations } from "./settings-muted.js";
import { NotificationLog } from "./settings-log.js";
import { Place } from "./settings-place.js";

/** The settings of the person: what they want to be told, where, and what they were told. */
export class Settings {
  /** @param {{api: NotificationsApi, session: Session, push: Push, time: TimeFormat, go: (id: number | null) => void}} tools */
  constructor({ api, session, push, time, go }) {
    const { me, environment: { clock } } = session;
    const turn = new Turn();
    this.choices = new Choices({ api, me, turn, time });
    this.place = new Place({ api, me, turn, changed: () => this.choices.renderQuietFields() });
    this.devices = new Devices({ api, me, push, turn, time, clock });
    this.muted = new MutedConversations({ api, session, turn, time });
    this.log = new NotificationLog({ api, session, turn, time, go });
    this.isOpen = false;
    part("settings-back", HTMLAnchorElement).addEventListener("click", (event) => {
      event.preventDefault();
      go(null);
    });
  }

  /** What the server knows is asked anew each time. */
  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    for (const section of [this.choices, this.place, this.devices, this.muted, this.log]) section.load();
    part("settings-title", HTMLHeadingElement).focus();
  }

  close() {
    this.isOpen = false;
  }
}
