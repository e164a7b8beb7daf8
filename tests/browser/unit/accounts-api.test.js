import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkError } from "../../../frontend_static/core/api-error.js";
import { Api } from "../../../frontend_static/core/api.js";
import { AccountsApi } from "../../../frontend_static/core/accounts-api.js";
import { FakeClock } from "./support/cast.js";

const asked = [];
/** @type {any} */
let answer = null;
const answering = async (...request) => {
  asked.push(request);
  return answer;
};
const api = new AccountsApi({ data: answering, exchange: answering });
const proof = { password: "p", code: "123456" };

/** Each call, the request that the protocol has for it, and what is taken from the answer. */
const CALLS = [
  [() => api.signup("a@example.com", "Alice"), ["POST", "/auth/signup", { email: "a@example.com", name: "Alice" }]],
  [() => api.forgot("a@example.com"), ["POST", "/auth/password/forgot", { email: "a@example.com" }]],
  [() => api.changePassword("p", "q"), ["PUT", "/auth/password", { current: "p", new: "q" }]],
  [() => api.changeEmail("b@example.com", { password: "p" }), ["POST", "/auth/email", { email: "b@example.com", password: "p" }]],
  [() => api.secondFactor(), ["GET", "/auth/second-factor"], { enabled: true }, { enabled: true }],
  [() => api.beginSecondFactor({ password: "p" }), ["POST", "/auth/second-factor", { password: "p" }], { secret: "s" }, { secret: "s" }],
  [() => api.confirmSecondFactor("1"), ["PUT", "/auth/second-factor", { code: "1" }], { recovery_codes: ["c"] }, ["c"]],
  [() => api.endSecondFactor(proof), ["DELETE", "/auth/second-factor", proof]],
  [() => api.newRecoveryCodes(proof), ["POST", "/auth/second-factor/recovery-codes", proof], { recovery_codes: ["c"] }, ["c"]],
  [() => api.sessions(), ["GET", "/auth/sessions"], { sessions: [1] }, [1]],
  [() => api.endSession("a/b"), ["DELETE", "/auth/sessions/a%2Fb"]],
  [() => api.endAllSessions(), ["DELETE", "/auth/sessions"]],
  [() => api.tokens(), ["GET", "/auth/tokens"], { tokens: [1] }, [1]],
  [() => api.revokeToken(3), ["DELETE", "/auth/tokens/3"]],
  [() => api.audit(null, 20), ["GET", "/me/audit?limit=20"], { entries: [], next: 3 }, { entries: [], next: 3 }],
  [() => api.audit(7, 20), ["GET", "/me/audit?limit=20&before=7"], { entries: [], next: null }, { entries: [], next: null }],
  [() => api.exports(), ["GET", "/me/exports"], { exports: [1] }, [1]],
  [() => api.requestExport(proof), ["POST", "/me/exports", proof], { id: 1 }, { id: 1 }],
  [() => api.erase(proof), ["POST", "/me/erase", proof]],
];
const TAKING = CALLS.filter(([, , given]) => given).filter(([, [method, path]]) => `${method} ${path}` !== "POST /me/exports");

test("each call asks what the protocol says, and takes what it answers", async () => {
  for (const [call, request, given = null, taken = null] of CALLS) {
    asked.length = 0;
    answer = given;
    assert.deepEqual(await call(), taken);
    assert.deepEqual(asked, [request]);
  }
});

test("an answer of somebody else in the server's place is none", async () => {
  for (const [call, request] of TAKING) {
    for (const foreign of [null, {}, [], "<html>", { sessions: "all", tokens: 3, secret: null, enabled: "yes", recovery_codes: {} }]) {
      answer = foreign;
      await assert.rejects(call(), NetworkError, `${request} took ${JSON.stringify(foreign)}`);
    }
  }
});

test("the page of a network that wants a login first is no answer to any call", async () => {
  const portal = async () => new Response("<html>Welcome to our network</html>", { status: 200 });
  const real = new AccountsApi(new Api({ fetch: portal, csrfToken: () => "", clock: new FakeClock() }));
  const calls = Object.getOwnPropertyNames(AccountsApi.prototype).filter((name) => name !== "constructor");
  for (const name of calls) await assert.rejects(real[name]("x", "y"), NetworkError, name);
  assert.equal(calls.length, new Set(CALLS.map(([call]) => /api\.(\w+)/.exec(String(call))[1])).size);
});
