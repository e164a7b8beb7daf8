import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../../frontend_static/", import.meta.url);
const page = readFileSync(new URL("index.html", root), "utf8");

test("the page asks for all of its modules at once", () => {
  const modules = ["core", "views"].flatMap((folder) =>
    readdirSync(new URL(folder, root)).filter((name) => name.endsWith(".js")).map((name) => `${folder}/${name}`),
  );
  const preloaded = [...page.matchAll(/rel="modulepreload" href="{% static '([^']+)' %}"/g)].map(([, name]) => name);
  assert.deepEqual(preloaded.sort(), modules.sort());
});

test("the page has no script or style inside", () => {
  assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/i);
});
