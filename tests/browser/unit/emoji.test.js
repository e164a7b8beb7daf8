import assert from "node:assert/strict";
import { test } from "node:test";
import { emojiGroups, findEmoji } from "../../../frontend_static/core/emoji.js";

const all = emojiGroups.flatMap(({ emoji }) => emoji);

test("each is one emoji, has a name, and is there once", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { emoji, name } of all) {
    assert.equal([...segmenter.segment(emoji)].length, 1, emoji);
    assert.match(emoji, /^\p{RGI_Emoji}$/v, emoji);
    assert.match(name, /^[a-z ]+$/);
  }
  assert.equal(new Set(all.map(({ emoji }) => emoji)).size, all.length);
});

test("they are found by the beginnings of their words", () => {
  const found = (query) => findEmoji(query).flatMap(({ emoji }) => emoji.map(({ emoji }) => emoji));
  assert.deepEqual(found("thu up"), ["👍"]);
  assert.deepEqual(found("Rocket"), ["🚀"]);
  assert.deepEqual(found("🚀"), ["🚀"]);
  assert.deepEqual(found("ocket"), []);
  assert.equal(found("").length, all.length);
});
