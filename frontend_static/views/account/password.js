import { accountStrings } from "../../core/account-strings.js";
import { Section } from "./section.js";

/** The password that one signs in with. */
export class Password extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("password", accountStrings.passwordTitle, accountStrings.passwordLead, tools);
    this.body.append(this.button(accountStrings.changePassword, () => this.change()));
  }

  async change() {
    const isChanged = await this.ask({
      title: accountStrings.changePassword,
      fields: [{ kind: "password", label: accountStrings.currentPassword }, { kind: "newPassword" }],
      action: accountStrings.changePassword,
      submit: ({ password, new: chosen }) => this.save(password, chosen),
    });
    if (!isChanged) return;
    this.status.say(accountStrings.passwordChanged);
    this.tools.changed();
  }

  /** Nothing is asked meanwhile with the cookie that it replaces. @param {string} password @param {string} chosen */
  async save(password, chosen) {
    const { api, session } = this.tools;
    session.poller.rest();
    try {
      await api.changePassword(password, chosen);
    } finally {
      session.poller.wake();
    }
  }
}
