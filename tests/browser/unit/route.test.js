import assert from "node:assert/strict";
import { test } from "node:test";
import { conversationOf, knownPath, messageOf, pathOf } from "../../../frontend_static/core/route.js";

test("an address names a conversation, and perhaps one message of it", () => {
  assert.deepEqual([conversationOf("/c/7"), messageOf("/c/7")], [7, null]);
  assert.deepEqual([conversationOf("/c/7/120"), messageOf("/c/7/120/")], [7, 120]);
  assert.deepEqual([conversationOf("/"), messageOf("/settings")], [null, null]);
  assert.deepEqual([conversationOf("/c/7/x"), conversationOf("/c/7/1/2"), conversationOf(`/c/${"9".repeat(16)}`)], [null, null, null]);
});

test("a path leads to what it was made of", () => {
  assert.deepEqual([pathOf(null), pathOf(7), pathOf(7, 120)], ["/", "/c/7", "/c/7/120"]);
  assert.equal(knownPath("/c/7/120"), "/c/7/120");
  assert.equal(knownPath("/admin/c/7/120"), "/");
});
