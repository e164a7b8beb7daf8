import assert from "node:assert/strict";
import { test } from "node:test";
import { linkify } from "../../../frontend_static/core/linkify.js";

const links = (text) => linkify(text).filter(({ href }) => href).map(({ text }) => text);

test("nothing of the text is lost", () => {
  const text = "See https://example.com/a?b=1, then (http://example.org/x_(y)).\nBye";
  assert.equal(linkify(text).map((part) => part.text).join(""), text);
});

test("only http and https become links", () => {
  assert.deepEqual(links("javascript:alert(1) data:text/html,x ftp://example.com mailto:a@b.c"), []);
  assert.deepEqual(links("http://example.com HTTPS://EXAMPLE.COM/"), ["http://example.com", "HTTPS://EXAMPLE.COM/"]);
});

test("punctuation that ends a sentence is not part of a link", () => {
  assert.deepEqual(links("Look at https://example.com/a."), ["https://example.com/a"]);
  assert.deepEqual(links("(https://example.com/a)!?"), ["https://example.com/a"]);
  assert.deepEqual(links("https://example.com/x_(y)"), ["https://example.com/x_(y)"]);
});

test("broken addresses stay text", () => {
  assert.deepEqual(links("https:// http://[::1 https://"), []);
});

test("text without a link is one part", () => {
  assert.deepEqual(linkify("مرحبا 👋"), [{ text: "مرحبا 👋", href: null }]);
  assert.deepEqual(linkify(""), []);
});
