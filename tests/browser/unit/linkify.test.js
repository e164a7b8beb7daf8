import assert from "node:assert/strict";
import { test } from "node:test";
import { linkify } from "../../../frontend_static/core/linkify.js";

const links = (text) => linkify(text).filter(({ href }) => href).map(({ text }) => text);

test("nothing of the text is lost", () => {
  const text = "See https://example.com/a?b=1, then (http://example.org/x_(y)).\nBye";
  assert.equal(linkify(text).map((part) => part.text).join(""), text);
});

test("only http, https and mailto become links", () => {
  assert.deepEqual(links("javascript:alert(1) data:text/html,x ftp://example.com vbscript:x file:///etc JAVASCRIPT:x"), []);
  assert.deepEqual(links("http://example.com HTTPS://EXAMPLE.COM/"), ["http://example.com", "HTTPS://EXAMPLE.COM/"]);
});

test("punctuation that ends a sentence is not part of a link", () => {
  assert.deepEqual(links("Look at https://example.com/a."), ["https://example.com/a"]);
  assert.deepEqual(links("(https://example.com/a)!?"), ["https://example.com/a"]);
  assert.deepEqual(links("https://example.com/x_(y)"), ["https://example.com/x_(y)"]);
});

test("a mailbox is a link, with nothing but its address", () => {
  const hrefs = (text) => linkify(text).map(({ href }) => href).filter(Boolean);
  assert.deepEqual(hrefs("Ask ann.b+c@mail.example.com."), ["mailto:ann.b+c@mail.example.com"]);
  assert.deepEqual(hrefs("MAILTO:ann@example.com?cc=x@y"), ["mailto:ann@example.com"]);
  assert.deepEqual(hrefs("@ann @example.com @ann@example.com ann@host a@b.c https://x@example.com/"), ["https://x@example.com/"]);
});

test("broken addresses stay text", () => {
  assert.deepEqual(links("https:// http://[::1 https://"), []);
});

test("text without a link is one part", () => {
  assert.deepEqual(linkify("مرحبا 👋"), [{ text: "مرحبا 👋", href: null }]);
  assert.deepEqual(linkify(""), []);
});
