import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "./support/fuzz.js";
import { filled, growth, hostileTexts, isLinear, PIECES } from "./support/hostile.js";
import { parsers } from "./support/parsers.js";

const LENGTH = 10_000; // characters: TEXT_MAX of the server

for (const { name, read, most = LENGTH, holds = () => true } of parsers) {
  test(`${name}: ten thousand hostile characters are read, and the answer is in its bounds`, () => {
    for (const text of hostileTexts(most)) assert.ok(holds(read(text), text), JSON.stringify(text.slice(0, 80)));
  });
}

for (const { name, read } of parsers.filter((parser) => parser.most === undefined)) {
  test(`${name}: the work grows with the text and not faster`, () => {
    for (const [before, after] of [["", ""], ["http://a/", "x"], ["```", "x```"], ["@Anna", "!"]]) {
      for (const piece of PIECES) {
        const ratio = growth(read, (length) => filled(before, piece, after, length));
        assert.ok(isLinear(ratio), `${JSON.stringify(before + piece)}: ${ratio.toFixed(1)} times for four times the text`);
      }
    }
  });
}

test("the measure tells quadratic work from linear work", () => {
  const brackets = (length) => filled("http://a/", ")", "", length);
  assert.ok(!isLinear(growth((text) => text.replace(/\)+$/, ""), (length) => `${brackets(length)}x`)));
  assert.ok(isLinear(growth((text) => [...text].map((letter) => letter.codePointAt(0)), brackets)));
});

test("random hostile texts are no fault and take no longer than the bound", () => {
  const { crashes, over } = fuzz(600, 12);
  assert.deepEqual({ crashes, over }, { crashes: [], over: [] });
});
