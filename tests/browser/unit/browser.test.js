import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { cookie: "" };
const { csrfToken } = await import("../../../frontend_static/views/browser.js");

for (const [cookies, token] of [
  ["csrftoken=abc", "abc"],
  ["a=1; csrftoken=abc; b=2", "abc"],
  ["__Host-csrftoken=abc", "abc"],
  ["a=1; __Host-csrftoken=abc", "abc"],
  ["xcsrftoken=abc", ""],
  ["a=csrftoken=abc", ""],
  ["", ""],
]) {
  test(`the CSRF token of the cookies "${cookies}" is "${token}"`, () => {
    globalThis.document.cookie = cookies;
    assert.equal(csrfToken(), token);
  });
}
