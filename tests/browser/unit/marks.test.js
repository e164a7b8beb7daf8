import assert from "node:assert/strict";
import { test } from "node:test";
import { excerpt, markWords } from "../../../frontend_static/core/marks.js";

const shown = (text, query) => markWords(text, query).map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join("");

test("words that begin with a word of the query are marked, whatever their case and accents", () => {
  assert.equal(shown("The harbour is lit, the Harbourmaster says.", "harbour"), "The [harbour] is lit, the [Harbourmaster] says.");
  assert.equal(shown("Él llegó tarde", "LLEGO el"), "[Él] [llegó] tarde");
  assert.equal(shown("delight", "light"), "delight");
  assert.equal(shown("tea or coffee", "tea or milk"), "[tea] or coffee");
  assert.equal(shown("a.b", ". !"), "a.b");
  assert.equal(shown("", "a"), "");
});

test("nothing of the text is lost or changed", () => {
  const text = "<b>bold</b> & 'quoted' 🎈bold\nbold";
  assert.equal(markWords(text, "bold").map(({ text }) => text).join(""), text);
});

test("a long text is cut so that the first marked word is in sight", () => {
  const long = `${"before ".repeat(60)}needle ${"after ".repeat(60)}`;
  const cut = excerpt(long, "needle", 100);
  assert.ok(cut.startsWith("…before "), cut);
  assert.ok(cut.endsWith("…"), cut);
  assert.ok(cut.includes(" needle "));
  assert.ok(cut.length <= 102);
});

test("a short text stays whole, on one line", () => {
  assert.equal(excerpt("one\n\n two ", "two", 100), "one two");
});

test("a match near the beginning or the end leaves no empty room", () => {
  assert.ok(excerpt(`needle ${"x ".repeat(100)}`, "needle", 50).startsWith("needle"));
  assert.ok(excerpt(`${"x ".repeat(100)}needle`, "needle", 50).endsWith("needle"));
  assert.ok(excerpt(`${"x ".repeat(100)}needle`, "needle", 50).length > 45);
});

test("no half of a pair is left by a cut", () => {
  const text = "🎈".repeat(100);
  for (const longest of [11, 12, 13]) assert.equal(excerpt(text, "x", longest).isWellFormed(), true);
});
