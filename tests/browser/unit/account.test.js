import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { accountStrings } from "../../../frontend_static/core/account-strings.js";
import { auditWords } from "../../../frontend_static/core/audit-words.js";
import { GROUPS, groupOf } from "../../../frontend_static/core/setting-groups.js";
import { sizeWords } from "../../../frontend_static/core/sizes.js";
import { alice, bob } from "./support/cast.js";

const entry = (event, actor) => ({ id: 1, at: "2026-11-23T12:00:00Z", event, actor, detail: {} });

test("an event is said in words, and by whom if it was somebody else", () => {
  assert.deepEqual(auditWords(entry("password_changed", alice), alice.id), { text: "The password was changed", by: "" });
  assert.deepEqual(auditWords(entry("sign_in_refused", null), alice.id).by, "");
  assert.equal(auditWords(entry("messages_read", bob), alice.id).by, "by Bob");
  assert.equal(auditWords(entry("messages_read", { id: 9, name: "" }), alice.id).by, "by somebody whose account is deleted");
});

test("every event of the server has words, and no other", () => {
  const source = readFileSync(new URL("../../../backend/accounts/audit.py", import.meta.url), "utf8");
  const events = [...source.matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map(([, event]) => event);
  assert.deepEqual(Object.keys(accountStrings.events).sort(), events.sort());
});

test("an event of a server that is newer than the page has words too, whatever it is called", () => {
  for (const event of ["moon_landed", "", "toString", "__proto__"]) {
    assert.equal(auditWords(entry(event, null), alice.id).text, accountStrings.otherEvent);
  }
});

test("an address of the settings names one of their groups, any other the first", () => {
  assert.deepEqual(GROUPS.map((group) => groupOf(`#${group}`)), GROUPS);
  for (const hash of ["", "#", "#elsewhere", "#constructor"]) assert.equal(groupOf(hash), "notifications");
});

test("the size of a file is said in the largest unit of which it has one", () => {
  const said = [0, 999, 1000, 2_345_678, 4_000_000_000, 5e15].map((bytes) => sizeWords(bytes));
  assert.deepEqual(said, ["0 byte", "999 byte", "1 kB", "2.3 MB", "4 GB", "5,000,000 GB"]);
});
