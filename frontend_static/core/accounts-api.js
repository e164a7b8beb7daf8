import { NetworkError } from "./api-error.js";

/**
 * What the HTTP contract says of a person's account, as methods. Errors are those of Api; an answer that is not the
 * server's (a login page of some network) is a NetworkError, as if there was none.
 */
export class AccountsApi {
  /** @param {Api} api */
  constructor(api) {
    this.api = api;
  }

  // Before the sign-in

  /** @param {string} email @param {string} name @returns {Promise<void>} */
  signup(email, name) {
    return this.api.exchange("POST", "/auth/signup", { email, name });
  }

  /** The answer is the same whether or not the address has an account. @param {string} email @returns {Promise<void>} */
  forgot(email) {
    return this.api.exchange("POST", "/auth/password/forgot", { email });
  }

  // What one signs in with

  /** All other sessions, all tokens and pushes end. @param {string} current @param {string} chosen @returns {Promise<void>} */
  changePassword(current, chosen) {
    return this.api.data("PUT", "/auth/password", { current, new: chosen });
  }

  /** Both addresses are written to; it changes when the new one answers. @param {string} email @param {Proof} proof @returns {Promise<void>} */
  changeEmail(email, proof) {
    return this.api.data("POST", "/auth/email", { email, ...proof });
  }

  /** @returns {Promise<SecondFactor>} */
  async secondFactor() {
    return checked(await this.api.data("GET", "/auth/second-factor"), "enabled", "boolean");
  }

  /** Nothing is active before the first code. @param {Proof} proof @returns {Promise<SecondFactorSecret>} */
  async beginSecondFactor(proof) {
    return checked(await this.api.data("POST", "/auth/second-factor", proof), "secret", "string");
  }

  /** @param {string} code @returns {Promise<string[]>} recovery codes, which are not shown again */
  async confirmSecondFactor(code) {
    return listOf(await this.api.data("PUT", "/auth/second-factor", { code }), "recovery_codes");
  }

  /** @param {Proof} proof @returns {Promise<void>} */
  endSecondFactor(proof) {
    return this.api.data("DELETE", "/auth/second-factor", proof);
  }

  /** Those of before end. @param {Proof} proof @returns {Promise<string[]>} */
  async newRecoveryCodes(proof) {
    return listOf(await this.api.data("POST", "/auth/second-factor/recovery-codes", proof), "recovery_codes");
  }

  // Where one is signed in

  /** @returns {Promise<SignedInDevice[]>} */
  async sessions() {
    return listOf(await this.api.data("GET", "/auth/sessions"), "sessions");
  }

  /** @param {number | string} id @returns {Promise<void>} */
  endSession(id) {
    return this.api.data("DELETE", `/auth/sessions/${encodeURIComponent(id)}`);
  }

  /** This one too, and all tokens and pushes. @returns {Promise<void>} */
  endAllSessions() {
    return this.api.data("DELETE", "/auth/sessions");
  }

  /** @returns {Promise<ApiToken[]>} */
  async tokens() {
    return listOf(await this.api.data("GET", "/auth/tokens"), "tokens");
  }

  /** @param {number} id @returns {Promise<void>} */
  revokeToken(id) {
    return this.api.data("DELETE", `/auth/tokens/${id}`);
  }

  // What is known and kept

  /** @param {number | string | null} before the `next` of the page before @param {number} limit @returns {Promise<AuditPage>} */
  async audit(before, limit) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (before !== null) query.set("before", String(before));
    const page = await this.api.data("GET", `/me/audit?${query}`);
    listOf(page, "entries");
    return page;
  }

  /** @returns {Promise<DataExport[]>} */
  async exports() {
    return listOf(await this.api.data("GET", "/me/exports"), "exports");
  }

  /** @param {Proof} proof @returns {Promise<DataExport>} */
  requestExport(proof) {
    return this.api.data("POST", "/me/exports", proof);
  }

  /** The account is gone, and everybody who is signed in to it is signed out. @param {Proof} proof @returns {Promise<void>} */
  erase(proof) {
    return this.api.data("POST", "/me/erase", proof);
  }
}

/** @param {any} answer @param {string} name of a list in it @returns {any[]} */
function listOf(answer, name) {
  if (!Array.isArray(answer?.[name])) throw foreign(name);
  return answer[name];
}

/** @param {any} answer @param {string} name of a value in it @param {"boolean" | "string"} type @returns {any} the answer */
function checked(answer, name, type) {
  if (typeof answer?.[name] !== type) throw foreign(name);
  return answer;
}

/** @param {string} name */
function foreign(name) {
  return new NetworkError(`An answer without ${name}`);
}
