import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../../frontend_static/", import.meta.url);
const page = readFileSync(new URL("index.html", root), "utf8");

test("the page has no script or style inside", () => {
  assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/i);
});
