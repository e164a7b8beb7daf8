import { useAccountWords } from "../core/language.js";

/** From the first word of the server until what may be needed later is fetched: a connection may be gone by then. */
const AHEAD_MS = 5000;

const modules = {
  controls: () => import("./controls.js"),
  notifying: () => import("./notifying.js"),
  search: () => import("./search.js"),
  switcher: () => import("./switcher.js"),
  keys: () => import("./keys-dialog.js"),
  group: () => import("./group-dialog.js"),
  people: () => import("./people-dialog.js"),
  report: () => import("./report-dialog.js"),
  settings: () => import("./settings.js"),
  account: async () => (await Promise.all([import("./account/account.js"), useAccountWords()]))[0],
  sound: () => import("./sound.js"),
};

/**
 * The parts of the page that a first look does not need. Each is loaded when it is first asked for, and made once.
 * @typedef {object} PartTools
 * @property {Session} session
 * @property {boolean} isShared nothing is kept on this computer
 * @property {TimeFormat} time
 * @property {import("../core/preferences.js").Preferences} preferences
 * @property {(id: number | null) => void} go to a conversation, ready to write
 * @property {(path: string) => void} visit
 * @property {() => boolean} isAttentive
 * @property {() => void} showKeys
 * @property {import("./composer.js").Composer} composer
 * @property {import("./message-list.js").MessageList} messages
 * @property {() => boolean} isShown
 * @property {(end?: () => Promise<void>, path?: string) => Promise<void>} signOut
 */
export class Parts {
  /** @param {PartTools} tools @param {() => void} failed to load something */
  constructor(tools, failed) {
    this.failed = failed;
    this.controls = once(async () => new (await modules.controls()).Controls({ ...tools, parts: this }));
    this.search = once(async () => new (await modules.search()).Search(tools));
    this.switcher = once(async () => new (await modules.switcher()).Switcher(tools));
    this.keys = once(async () => new (await modules.keys()).KeysDialog(tools));
    this.group = once(async () => new (await modules.group()).GroupDialog(tools));
    this.people = once(async () => new (await modules.people()).PeopleDialog(tools));
    this.report = once(async () => new (await modules.report()).ReportDialog(tools));
    this.sound = once(async () => new (await modules.sound()).Sound(tools));
    this.notifying = once(async () => new (await modules.notifying()).Notifying(tools));
    this.settings = once(async () => this.newSettings(tools));
    this.account = once(async () => new (await modules.account()).Account(tools));
    this.loadAhead(tools.session);
  }

  /** @param {PartTools} tools */
  async newSettings(tools) {
    const [{ Settings }, { push, api }] = await Promise.all([modules.settings(), this.notifying()]);
    return new Settings({ ...tools, api, push, sound: this.sound, account: this.account });
  }

  /**
   * @template Part
   * @param {() => Promise<Part>} load one of the above
   * @param {(part: Part) => void} use
   */
  async use(load, use) {
    let part;
    try {
      part = await load();
    } catch {
      this.failed();
      return;
    }
    use(part);
  }

  /** The controls are tried again with each answer of the server until they are there. @param {Session} session */
  loadAhead(session) {
    let isDue = true;
    const control = () => this.controls().catch(() => {});
    control();
    session.on("connection", () => {
      const { failures, syncedAt } = session.connection;
      if (failures > 0 || syncedAt === null) return;
      control();
      if (!isDue) return;
      isDue = false;
      const load = () => Object.values(modules).forEach((module) => module().catch(() => {}));
      session.environment.clock.setTimeout(load, AHEAD_MS);
    });
  }
}

/**
 * @template Part
 * @param {() => Promise<Part>} make
 * @returns {() => Promise<Part>} the same part each time; after a failure it is tried again
 */
function once(make) {
  /** @type {Promise<Part> | null} */
  let made = null;
  return () => {
    made ??= make().catch((error) => {
      made = null;
      throw error;
    });
    return made;
  };
}
