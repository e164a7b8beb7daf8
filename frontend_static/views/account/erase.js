import { accountStrings } from "../../core/account-strings.js";
import { FAREWELL } from "../../core/route.js";
import { button, el } from "../dom.js";
import { Section } from "./section.js";

/** The end of an account. */
export class Erase extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("erase", accountStrings.eraseTitle, accountStrings.eraseLead, tools);
    this.body.append(pointsOf(), button(accountStrings.erase, "button button-danger", () => void this.erase()));
  }

  erase() {
    return this.ask({
      title: accountStrings.eraseTitle,
      lead: [accountStrings.eraseLead, pointsOf()],
      fields: this.proof(),
      action: accountStrings.eraseNow,
      isDanger: true,
      submit: (proof) => this.tools.signOut(() => this.tools.api.erase(proof), `/${FAREWELL}`),
    });
  }
}

/** What happens then. */
function pointsOf() {
  const points = Object.values(accountStrings.erasePoints);
  return el("ul", "account-points", ...points.map((point) => el("li", "", point)));
}
