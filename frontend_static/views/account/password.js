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
      submit: ({ password, new: chosen }) => this.tools.api.changePassword(password, chosen),
    });
    if (isChanged) this.status.say(accountStrings.passwordChanged);
    this.tools.changed();
  }
}
