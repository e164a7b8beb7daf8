import assert from "node:assert/strict";
import { test } from "node:test";
import { keysOf, neighbour, shortcutOf, shortcuts } from "../../../frontend_static/core/shortcuts.js";
import { laterStrings } from "../../../frontend_static/core/later-strings.js";

const press = (key, held = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
const free = { isWriting: false, hasSingleKeys: true };
const writing = { isWriting: true, hasSingleKeys: true };
const CTRL = { ctrlKey: true };
const ALT = { altKey: true };
const SHIFT = { shiftKey: true };

test("each shortcut has words, and no two have the same keys", () => {
  for (const { action } of shortcuts) assert.ok(laterStrings.shortcuts[action], action);
  assert.equal(new Set(shortcuts.map((shortcut) => keysOf(shortcut, false).join())).size, shortcuts.length);
  assert.deepEqual(shortcuts.map(({ action }) => action).sort(), Object.keys(laterStrings.shortcuts).sort());
});

test("single keys are letters where somebody writes, and can be switched off", () => {
  for (const { key, action, isSingle } of shortcuts) {
    if (!isSingle) continue;
    assert.equal(shortcutOf(press(key), free), action);
    assert.equal(shortcutOf(press(key), writing), null);
    assert.equal(shortcutOf(press(key), { isWriting: false, hasSingleKeys: false }), null);
  }
  assert.ok(shortcuts.some(({ isSingle }) => isSingle));
});

test("every character alone is known as a single key", () => {
  for (const { key, isMod, isAlt, isSingle } of shortcuts) {
    if (key.length === 1 && !isMod && !isAlt) assert.equal(isSingle, true, key);
  }
});

test("keys that are held work where somebody writes, and with single keys off", () => {
  for (const situation of [free, writing, { isWriting: true, hasSingleKeys: false }]) {
    assert.equal(shortcutOf(press("k", CTRL), situation), "switcher");
    assert.equal(shortcutOf(press("K", { metaKey: true }), situation), "switcher");
    assert.equal(shortcutOf(press("ArrowUp", ALT), situation), "previous");
    assert.equal(shortcutOf(press("ArrowDown", { ...ALT, ...SHIFT }), situation), "nextUnread");
  }
});

test("other keys held make it another key, which is the browser's", () => {
  assert.equal(shortcutOf(press("k", { ...CTRL, ...SHIFT }), free), null);
  assert.equal(shortcutOf(press("k", { ...CTRL, ...ALT }), free), null);
  assert.equal(shortcutOf(press("ArrowUp"), free), null);
  assert.equal(shortcutOf(press("ArrowUp", { ...CTRL, ...ALT }), free), null);
  assert.equal(shortcutOf(press("r", CTRL), free), null, "Ctrl+R loads the page anew");
  assert.equal(shortcutOf(press("n", { metaKey: true }), free), null);
  assert.equal(shortcutOf(press("R", SHIFT), free), null);
});

test("a slash and a question mark may need Shift or AltGr on the keyboard", () => {
  assert.equal(shortcutOf(press("?", SHIFT), free), "keys");
  assert.equal(shortcutOf(press("/", SHIFT), free), "search");
  assert.equal(shortcutOf(press("/", { ...CTRL, ...ALT }), free), "search");
});

test("keys are named as they stand on the keyboard", () => {
  const [switcher] = shortcuts;
  assert.deepEqual(keysOf(switcher, false), ["Ctrl", "K"]);
  assert.deepEqual(keysOf(switcher, true), ["⌘", "K"]);
});

test("the neighbour is the next in the list, and after the last the first", () => {
  const all = [5, 3, 9, 1];
  assert.equal(neighbour(all, all, 3, 1), 9);
  assert.equal(neighbour(all, all, 3, -1), 5);
  assert.equal(neighbour(all, all, 1, 1), 5);
  assert.equal(neighbour(all, all, 5, -1), 1);
  assert.equal(neighbour(all, all, null, 1), 5);
  assert.equal(neighbour(all, all, null, -1), 1);
  assert.equal(neighbour([3], all, 3, 1), null);
  assert.equal(neighbour([], all, 3, 1), null);
});

test("among some of the list it goes on from the open one, wherever that stands", () => {
  const all = [5, 3, 9, 1];
  assert.equal(neighbour([5, 1], all, 3, 1), 1);
  assert.equal(neighbour([5, 1], all, 3, -1), 5);
  assert.equal(neighbour([5], all, 3, 1), 5);
  assert.equal(neighbour([3, 5], all, 3, 1), 5);
  assert.equal(neighbour([9], all, 77, 1), 9);
});
