import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../../frontend_static/", import.meta.url);
const page = readFileSync(new URL("index.html", root), "utf8");

test("the page has no script or style inside", () => {
  assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/i);
});

test("the styles know no left and no right: in Arabic the page runs the other way", () => {
  const styles = new URL("styles/", root);
  const found = readdirSync(styles).flatMap((name) => {
    const lines = readFileSync(new URL(name, styles), "utf8").split("\n");
    return lines.filter(isSided).map((line) => `${name}: ${line.trim()}`);
  });
  assert.deepEqual(found, []);
});

/** @param {string} line */
function isSided(line) {
  const [, property = "", value = ""] = /^\s*([\w-]+):\s*(.*);$/.exec(line) ?? [];
  if (/(?:^|-)(?:left|right)(?:-|$)/.test(property) || /^(?:left|right)$/.test(value)) return true;
  // Where the screen is cut away it is so on one side, whatever the language.
  const sides = value.includes("safe-area-inset-left") ? [] : withoutNested(value).split(/\s+/);
  return /^(?:margin|padding|inset)$/.test(property) && sides.length === 4 && sides[1] !== sides[3];
}

/** Each function's arguments become one word. @param {string} value @returns {string} */
function withoutNested(value) {
  const shorter = value.replace(/\(([^()]*)\)/g, (_, inside) => `<${inside.replace(/\s+/g, "")}>`);
  return shorter === value ? value : withoutNested(shorter);
}
