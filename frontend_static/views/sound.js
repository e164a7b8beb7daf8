import { Ear } from "../core/sound.js";

/** Two notes, in hertz, and when each begins, in seconds. */
const NOTES = [[659.25, 0], [987.77, 0.11]];
const LENGTH = 0.34; // seconds
const LOUDNESS = 0.12;

/** A short tone when somebody writes where one does not look. */
export class Sound {
  /** @param {{session: Session, preferences: import("../core/preferences.js").Preferences, isAttentive: () => boolean}} tools */
  constructor({ session, preferences, isAttentive }) {
    this.session = session;
    this.preferences = preferences;
    this.isAttentive = isAttentive;
    this.ear = new Ear({ me: session.me, clock: session.environment.clock });
    this.hasBegun = session.hasHeard;
    if (this.hasBegun) this.ear.begin(session.store.conversations.values());
    /** @type {AudioContext | null} */
    this.context = null;
    session.on("news", () => this.heard());
  }

  /** The first news are what was there before. */
  heard() {
    const conversations = [...this.session.store.conversations.values()];
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.ear.begin(conversations);
      return;
    }
    const isLookedAt = (/** @type {Conversation} */ { id }) => this.session.opened?.id === id && this.isAttentive();
    const isHeard = this.ear.hears(conversations, isLookedAt);
    // Of several tabs one makes the sound.
    if (isHeard && this.session.tabs.isLeader() && this.preferences.isOn("hark-sound")) this.play();
  }

  /** A browser lets a page make a sound once somebody has touched it. */
  play() {
    if (navigator.userActivation?.hasBeenActive === false || typeof AudioContext === "undefined") return;
    this.context ??= new AudioContext();
    const { context } = this;
    if (context.state === "suspended") context.resume().catch(() => {});
    for (const [pitch, after] of NOTES) note(context, pitch, context.currentTime + after);
  }
}

/** @param {AudioContext} context @param {number} pitch @param {number} at */
function note(context, pitch, at) {
  const oscillator = new OscillatorNode(context, { frequency: pitch });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + LENGTH);
}
