import assert from "node:assert/strict";
import { test } from "node:test";
import { completeMention, mentionBegun, peopleNamed } from "../../../frontend_static/core/mention-begun.js";
import { splitMentions } from "../../../frontend_static/core/mentions.js";

const mentions = (text, names, me = "Alice") =>
  splitMentions(text, { names, me }).filter(({ type }) => type === "mention").map((part) => part.text);

test("a name stands by itself, as the server has it", () => {
  assert.deepEqual(mentions("@Anna", ["Ann"]), []);
  assert.deepEqual(mentions("me@Ann.com x@Ann", ["Ann"]), []);
  assert.deepEqual(mentions("(@Ann), @ann!", ["Ann"]), ["@Ann", "@ann"]);
  assert.deepEqual(mentions("@ann  lee\u00a0x", ["Ann Lee"]), ["@ann  lee"]);
});

test("the longest name that stands there is meant", () => {
  assert.deepEqual(mentions("@Anna Lee", ["Anna", "Anna Lee"]), ["@Anna Lee"]);
  assert.deepEqual(mentions("@Anna Leeward", ["Anna", "Anna Lee"]), ["@Anna"]);
});

test("names with signs that mean something in a pattern are only names", () => {
  assert.deepEqual(mentions("@A.B (x) @AxB (x)", ["A.B (x)"]), ["@A.B (x)"]);
  assert.deepEqual(mentions("@$& @", ["$&", "", "  "]), ["@$&"]);
});

test("a text without names is one part", () => {
  assert.deepEqual(splitMentions("a @b", { names: [], me: "" }), [{ type: "text", text: "a @b" }]);
});

test("a name begins with an @ that ends no word", () => {
  assert.deepEqual(mentionBegun("hi @an", 6), { start: 3, query: "an" });
  assert.deepEqual(mentionBegun("@", 1), { start: 0, query: "" });
  assert.deepEqual(mentionBegun("(@ann le", 8), { start: 1, query: "ann le" });
  assert.equal(mentionBegun("ann@example", 11), null);
  assert.equal(mentionBegun("@ann\nle", 7), null);
  assert.equal(mentionBegun("no", 2), null);
  assert.deepEqual(mentionBegun("@bo and more", 3), { start: 0, query: "bo" });
});

test("people are found by the beginning of any word of their names, without accents", () => {
  const people = ["Maria José", "José", "Ajose", "Ann"].map((name, id) => ({ id, name }));
  assert.deepEqual(peopleNamed("jose", people).map(({ name }) => name), ["José", "Maria José"]);
  assert.equal(peopleNamed("", people).length, 4);
  assert.deepEqual(peopleNamed("x", people), []);
});

test("a completed name is followed by one space, with the caret after it", () => {
  assert.deepEqual(completeMention("hi @an", { start: 3, query: "an" }, "Ann Lee"), { text: "hi @Ann Lee ", caret: 12 });
  assert.deepEqual(completeMention("@an there", { start: 0, query: "an" }, "Ann"), { text: "@Ann there", caret: 5 });
});
