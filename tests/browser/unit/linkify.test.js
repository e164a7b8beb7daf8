import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LINK_MAX, linkify, LINKS_MAX } from "../../../frontend_static/core/linkify.js";

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

const cases = JSON.parse(readFileSync(new URL("../../cases/links.json", import.meta.url), "utf8"));

test("links end where the readers of many scripts see them end", () => {
  for (const [text, found] of cases) assert.deepEqual(links(text), found, text);
});

test("a bracket belongs to a link only together with its partner", () => {
  assert.deepEqual(links("https://example.com/a(b https://example.com/a)b"), ["https://example.com/a", "https://example.com/a"]);
  assert.deepEqual(links("https://example.com/([)] http://a/(http://b/)"), ["https://example.com/", "http://a/", "http://b/"]);
});

test("a link ends after 2,048 characters, and never within a pair of surrogates", () => {
  const [long] = links(`https://example.com/${"a".repeat(5000)}`);
  assert.equal(long.length, LINK_MAX);
  const [paired] = links(`https://example.com/${"😀".repeat(2000)}`);
  assert.equal(paired.length, LINK_MAX);
  assert.deepEqual(links(`https://example.com/a${"😀".repeat(2000)}`), [`https://example.com/a${"😀".repeat((LINK_MAX - 22) / 2)}`]);
});

test("of one text so many become links, broken ones counted", () => {
  assert.equal(links("http://a ".repeat(1000)).length, LINKS_MAX);
  assert.deepEqual(links(`${"http://( ".repeat(LINKS_MAX)} http://a`), []);
});
