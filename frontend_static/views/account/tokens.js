import { accountStrings } from "../../core/account-strings.js";
import { arrange, button, el } from "../dom.js";
import { fill } from "../settings-status.js";
import { itemOf, listOf, Section } from "./section.js";

/** What programs sign in with. */
export class Tokens extends Section {
  /** @param {import("./section.js").AccountTools} tools */
  constructor(tools) {
    super("tokens", accountStrings.tokensTitle, accountStrings.tokensLead, tools);
    this.list = listOf(this.title.id, []);
    this.empty = el("p", "settings-empty", accountStrings.noTokens);
    this.empty.hidden = true;
    this.body.append(this.empty, this.list);
  }

  load() {
    return fill(this.status, () => this.loadList());
  }

  async loadList() {
    const tokens = await this.tools.api.tokens();
    this.empty.hidden = tokens.length > 0;
    arrange(this.list, tokens.map((token) => this.item(token)), this.title);
  }

  /** @param {ApiToken} token */
  item(token) {
    const { name, created_at, last_used_at, expires_at } = token;
    const { clock } = this.tools.session.environment;
    const end = this.tools.time.date.format(new Date(expires_at));
    const about = [
      accountStrings.madeAt(this.moment(created_at)),
      last_used_at ? accountStrings.lastUsed(this.moment(last_used_at)) : accountStrings.neverUsed,
      Date.parse(expires_at) > clock.now() ? accountStrings.expiresAt(end) : accountStrings.expiredAt(end),
    ];
    const revoke = button(accountStrings.revoke, "button button-small", () => this.revoke(token));
    revoke.dataset.key = String(token.id);
    revoke.setAttribute("aria-label", accountStrings.revokeToken(name));
    return itemOf(name, about, revoke);
  }

  /** @param {ApiToken} token */
  async revoke({ id, name }) {
    const end = async () => {
      await this.tools.api.revokeToken(id);
      await this.loadList();
    };
    await this.status.save(end, () => accountStrings.tokenRevoked(name));
  }
}
