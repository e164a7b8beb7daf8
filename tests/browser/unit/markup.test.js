import assert from "node:assert/strict";
import { test } from "node:test";
import { ELEMENTS_MAX, parseText } from "../../../frontend_static/core/markup.js";

const naming = { names: ["Bob", "Anna", "Anna Lee", "José María"], me: "Alice" };
const parse = (text) => parseText(text, naming);
const shape = (text) => parse(text).map((part) => [part.type, part.text]);

test("plain text stays as it is, with its line breaks", () => {
  assert.deepEqual(parse("one\ntwo\n\n  three"), [{ type: "text", text: "one\ntwo\n\n  three" }]);
  assert.deepEqual(parse(""), []);
});

test("code between backticks is code, and nothing in it is a link or a mention", () => {
  assert.deepEqual(shape("see `https://example.com @Bob` now"), [["text", "see "], ["code", "https://example.com @Bob"], ["text", " now"]]);
});

test("a backtick that is not closed in its line stays text", () => {
  assert.deepEqual(shape("it`s\nso`"), [["text", "it`s\nso`"]]);
  assert.deepEqual(shape("``"), [["text", "``"]]);
});

test("a block keeps its lines and indents, without the fences and the word after them", () => {
  assert.deepEqual(shape("look:\n```js\nif (a) {\n  b();\n}\n```\ngood?"), [
    ["text", "look:"],
    ["block", "if (a) {\n  b();\n}"],
    ["text", "good?"],
  ]);
  assert.deepEqual(shape("```one line```"), [["block", "one line"]]);
});

test("a word in the first line of a block that is not alone there is code", () => {
  assert.deepEqual(shape("```let a;\nlet b;```"), [["block", "let a;\nlet b;"]]);
});

test("a fence that is not closed, or has nothing in it, stays text", () => {
  assert.deepEqual(shape("```\nlet a;"), [["text", "```\nlet a;"]]);
  assert.deepEqual(shape("``` ```"), [["text", "``` ```"]]);
});

test("links have an address of the web or of a mailbox, and no other", () => {
  const hrefs = parse("https://example.com/a, ann@example.com, javascript:alert(1), data:text/html,x").map(({ href }) => href);
  assert.deepEqual(hrefs.filter(Boolean), ["https://example.com/a", "mailto:ann@example.com"]);
});

test("mentions are found, and one of me is told apart", () => {
  assert.deepEqual(parse("@Alice and @bob: hi").filter(({ type }) => type === "mention"), [
    { type: "mention", text: "@Alice", me: true },
    { type: "mention", text: "@bob", me: false },
  ]);
});

test("nothing but fences, backticks and the breaks beside blocks is ever lost", () => {
  const text = "a `b` @Anna Lee\n```\nc\n```\nd https://example.com";
  assert.equal(parse(text).map(({ text }) => text).join("").replace(/\s/g, ""), text.replace(/[`\s]/g, ""));
});

test("of one message at most two hundred things are elements, and the rest is one text", () => {
  for (const piece of ["http://a ", "@Bob ", "`a` ", "a@b.co ", "```a```", "```a```\n`b` @Bob http://a "]) {
    const parts = parse(piece.repeat(10_000 / piece.length));
    assert.equal(parts.filter(({ type }) => type !== "text").length, ELEMENTS_MAX, piece);
    assert.ok(parts.length <= 2 * ELEMENTS_MAX + 1);
    assert.equal(parts.at(-1).type, "text");
  }
  assert.equal(parse("\n".repeat(10_000)).length, 1);
});
