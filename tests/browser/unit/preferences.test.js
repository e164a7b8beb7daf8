import assert from "node:assert/strict";
import { test } from "node:test";
import { Preferences } from "../../../frontend_static/core/preferences.js";

function memory() {
  const kept = new Map();
  return { kept, getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
}

test("single keys are on and the sound is off until somebody says otherwise", () => {
  const storage = memory();
  const preferences = new Preferences(() => storage);
  assert.equal(preferences.isOn("hark-single-keys"), true);
  assert.equal(preferences.isOn("hark-sound"), false);
  preferences.set("hark-single-keys", false);
  preferences.set("hark-sound", true);
  assert.deepEqual([...storage.kept], [["hark-single-keys", "off"], ["hark-sound", "on"]]);
  const later = new Preferences(() => storage);
  assert.equal(later.isOn("hark-single-keys"), false);
  assert.equal(later.isOn("hark-sound"), true);
});

test("where nothing may be stored a choice holds while the page is open", () => {
  const preferences = new Preferences(() => {
    throw new Error("SecurityError");
  });
  assert.equal(preferences.isOn("hark-sound"), false);
  preferences.set("hark-sound", true);
  assert.equal(preferences.isOn("hark-sound"), true);
});
