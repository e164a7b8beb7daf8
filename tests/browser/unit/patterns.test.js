import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { growth, isLinear, textsFor } from "./support/hostile.js";
import { patternsIn } from "./support/patterns.js";

const PAGE = new URL("../../../frontend_static/", import.meta.url);
const files = readdirSync(PAGE, { recursive: true }).map(String).filter((name) => name.endsWith(".js"));
const found = files.flatMap((file) => patternsIn(readFileSync(new URL(file, PAGE), "utf8")).map((pattern) => ({ file, ...pattern })));

/** Patterns that are put together at run time: what reads with them is in support/parsers.js. */
const BUILT = { "core/mention-begun.js": 1, "core/mentions.js": 1, "core/linkify.js": 1 };

test("the patterns of the page are found", () => {
  assert.ok(found.length > 30);
  assert.deepEqual(patternsIn('a = b / c; // /no/\nx("/[", `/${/yes/g}/`); y = z ? /[/"]+\\//u : 1; return /a/;').map(({ source }) => source), ["yes", '[/"]+\\/', "a"]);
});

for (const { file, source, flags } of found) {
  // What has no repetition without an end does a bounded work at each place.
  if (!/[*+]|\{\d+,\}/.test(source.replace(/\[(?:\\.|[^\]])*\]|\\./g, "x"))) continue;
  test(`${file}: /${source}/${flags} takes no longer than the text is long`, () => {
    const pattern = new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
    const read = (text) => text.replace(pattern, "");
    textsFor(source)(10_000).forEach((make, index) => {
      const ratio = growth(read, (length) => (length === 10_000 ? make() : textsFor(source)(length)[index]()));
      assert.ok(isLinear(ratio), `${JSON.stringify(make().slice(0, 40))}: ${ratio.toFixed(1)} times for four times the text`);
    });
  });
}

test("patterns that are put together at run time are known", () => {
  const built = Object.fromEntries(
    files.map((file) => [file, readFileSync(new URL(file, PAGE), "utf8").split("new RegExp(").length - 1]).filter(([, count]) => count > 0),
  );
  assert.deepEqual(built, BUILT);
});
