import { accountStrings } from "../../core/account-strings.js";
import { copyText } from "../clipboard.js";
import { button, el } from "../dom.js";

const FILE = "hark-recovery-codes.txt";

/** Recovery codes, shown once: to be copied, kept as a file or printed. They leave the page when they have been kept. */
export class RecoveryCodes {
  /** @param {Me} me @param {import("../settings-status.js").Status} status */
  constructor(me, status) {
    this.me = me;
    this.status = status;
    this.root = el("div", "recovery-codes");
    this.root.hidden = true;
  }

  /** @param {string[]} codes */
  show(codes) {
    const title = el("h4", "", accountStrings.codesTitle);
    title.tabIndex = -1;
    const list = el("ol", "recovery-codes-list", ...codes.map((code) => el("li", "", el("code", "", code))));
    list.dir = "ltr";
    const whose = el("p", "recovery-codes-whose", accountStrings.codesFile(this.me.email));
    this.root.replaceChildren(title, el("p", "settings-lead", accountStrings.codesLead), whose, list, this.actions(codes));
    this.root.hidden = false;
    title.focus();
    this.root.scrollIntoView({ block: "nearest" });
  }

  hide() {
    this.root.replaceChildren();
    this.root.hidden = true;
  }

  /** @param {string[]} codes */
  actions(codes) {
    const text = `${accountStrings.codesFile(this.me.email)}\n\n${codes.join("\n")}\n`;
    return el(
      "div",
      "account-actions",
      button(accountStrings.copyCodes, "button", async () => this.status.say(await copyText(text))),
      button(accountStrings.downloadCodes, "button", () => download(FILE, text)),
      button(accountStrings.printCodes, "button", () => print()),
      button(accountStrings.codesKept, "button button-primary", () => this.kept()),
    );
  }

  kept() {
    this.hide();
    this.status.clear();
    this.root.closest("section")?.querySelector("h3")?.focus();
  }
}

/** @param {string} name of the file @param {string} text */
function download(name, text) {
  const link = el("a", "");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
