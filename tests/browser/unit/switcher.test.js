import assert from "node:assert/strict";
import { test } from "node:test";
import { choices } from "../../../frontend_static/core/switcher.js";
import { alice, bob, carol, conversation } from "./support/cast.js";

const withBob = conversation({ id: 7, last: 3 });
const group = conversation({ id: 8, last: 2, unread: 1, kind: "group", title: "Harbour light" });
const carla = { id: 4, name: "Carla" };
const facts = { query: "", conversations: [withBob, group], people: [], meId: alice.id, openId: null };
const keys = (more) => choices({ ...facts, ...more }).map(({ key }) => key);

test("without a query the unread come first, and the open one is not offered", () => {
  assert.deepEqual(keys({}), ["c8", "c7"]);
  assert.deepEqual(keys({ openId: 8 }), ["c7"]);
});

test("with a query the open one is found too", () => {
  assert.deepEqual(keys({ query: "bob", openId: 7 }), ["c7"]);
});

test("people one talks to already are found by their conversation, oneself not at all", () => {
  assert.deepEqual(keys({ query: "bob", people: [bob] }), ["c7"]);
  assert.deepEqual(keys({ query: "alice", people: [alice] }), []);
  assert.deepEqual(keys({ query: "car", people: [carol, carla] }), ["p3", "p4"]);
});

test("who was found by an address stays in the list", () => {
  assert.deepEqual(keys({ query: "hello@example.com", people: [carol] }), ["p3"]);
});

test("somebody in a group only is a person to talk to", () => {
  const withCarol = { ...group, participants: [...group.participants, { ...carol, read_seq: 0 }] };
  assert.deepEqual(keys({ query: "carol", conversations: [withCarol], people: [carol] }), ["p3"]);
});
