import { accountStrings } from "../../core/account-strings.js";
import { Section } from "./section.js";

/** The address that one signs in with and is written to. */
export class Address extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("address", accountStrings.addressTitle, accountStrings.addressLead(tools.session.me.email), tools);
    this.body.append(this.button(accountStrings.changeAddress, () => this.change()));
  }

  /** It may have been confirmed since. */
  load() {
    this.lead.textContent = accountStrings.addressLead(this.me.email);
  }

  async change() {
    let asked = "";
    const isAsked = await this.ask({
      title: accountStrings.changeAddress,
      fields: [{ kind: "email" }, { kind: "password" }],
      action: accountStrings.changeAddress,
      submit: ({ email, ...proof }) => {
        asked = email;
        return this.tools.api.changeEmail(email, proof);
      },
    });
    if (isAsked) this.status.say(accountStrings.addressAsked(asked));
  }
}
