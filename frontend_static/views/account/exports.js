import { accountStrings } from "../../core/account-strings.js";
import { sizeWords } from "../../core/sizes.js";
import { signatureOf } from "../../core/locale.js";
import { arrange, el } from "../dom.js";
import { fill } from "../settings-status.js";
import { itemOf, listOf, Section } from "./section.js";

/** Until a copy is ready it is asked for again after so long. */
const AGAIN_MS = 10_000;

/** Copies of all that is one's own: asked for, being made, ready to be fetched, or past. */
export class Exports extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("export", accountStrings.exportTitle, accountStrings.exportLead, tools);
    this.list = listOf(this.title.id, []);
    this.empty = el("p", "settings-empty", accountStrings.noExports);
    this.empty.hidden = true;
    this.body.append(this.button(accountStrings.askExport, () => this.request()), this.empty, this.list);
    this.signature = "";
    this.isWaiting = false;
    /** @type {unknown} */
    this.timer = null;
  }

  load() {
    return fill(this.status, () => this.loadList());
  }

  async loadList() {
    try {
      this.show(await this.tools.api.exports());
    } finally {
      // An answer that is lost does not end the waiting.
      const { clock } = this.tools.session.environment;
      clock.clearTimeout(this.timer);
      if (this.isWaiting) this.timer = clock.setTimeout(() => this.lookAgain(), AGAIN_MS);
    }
  }

  /** @param {DataExport[]} exports */
  show(exports) {
    this.isWaiting = exports.some(({ state }) => state === "waiting");
    const signature = signatureOf(exports);
    if (signature === this.signature) return;
    this.signature = signature;
    this.empty.hidden = exports.length > 0;
    arrange(this.list, exports.map((each) => this.item(each)), this.title);
  }

  /** While somebody may be looking. */
  lookAgain() {
    if (this.root.offsetParent !== null) this.loadList().catch(() => {});
  }

  /** @param {DataExport} made */
  item({ state, created_at, expires_at, size, url }) {
    const when = this.moment(created_at);
    const isReady = state === "ready" && url !== null;
    const about = [
      accountStrings.exportStates[state] ?? null,
      isReady && expires_at ? accountStrings.exportUntil(this.moment(expires_at)) : null,
      isReady && size !== null ? sizeWords(size) : null,
    ];
    return itemOf(accountStrings.exportOf(when), about, isReady ? linkTo(url, when) : null);
  }

  async request() {
    const isAsked = await this.ask({
      title: accountStrings.exportTitle,
      lead: [accountStrings.askExportLead],
      fields: this.proof(),
      action: accountStrings.askExport,
      submit: (proof) => this.tools.api.requestExport(proof),
    });
    if (!isAsked) return;
    await this.load();
    this.status.say(accountStrings.exportAsked);
  }
}

/** @param {string} url @param {string} when */
function linkTo(url, when) {
  const link = el("a", "button button-small button-primary", accountStrings.downloadExport);
  link.href = url;
  link.dataset.key = url;
  link.setAttribute("aria-label", accountStrings.downloadExportOf(when));
  return link;
}
