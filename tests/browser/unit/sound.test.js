import assert from "node:assert/strict";
import { test } from "node:test";
import { isNamed } from "../../../frontend_static/core/mentions.js";
import { Ear } from "../../../frontend_static/core/sound.js";
import { alice, bob, conversation, FakeClock, message } from "./support/cast.js";

const elsewhere = () => false;
const here = () => true;
const said = (seq, more = {}) => conversation({ last: seq, last_message: message(seq, more) });

function start() {
  const clock = new FakeClock();
  const ear = new Ear({ me: alice, clock });
  ear.begin([said(3)]);
  return { clock, ear };
}

test("a new message of somebody else is heard, once", async () => {
  const { clock, ear } = start();
  assert.equal(ear.hears([said(4)], elsewhere), true);
  await clock.pass(5000);
  assert.equal(ear.hears([said(4)], elsewhere), false);
  assert.equal(ear.hears([said(5)], elsewhere), true);
});

test("what was there before is not heard", () => {
  const { ear } = start();
  assert.equal(ear.hears([said(3)], elsewhere), false);
});

test("what is looked at is not heard, nor later", async () => {
  const { clock, ear } = start();
  assert.equal(ear.hears([said(4)], here), false);
  await clock.pass(5000);
  assert.equal(ear.hears([said(4)], elsewhere), false);
});

test("one's own messages, deletions and edits are not heard", () => {
  const { ear } = start();
  assert.equal(ear.hears([said(4, { sender: alice })], elsewhere), false);
  assert.equal(ear.hears([said(5, { deleted: true, text: "" })], elsewhere), false);
  assert.equal(ear.hears([said(5, { rev: 9, text: "edited" })], elsewhere), false);
});

test("a muted conversation is not heard until its pause is over", async () => {
  const { clock, ear } = start();
  const quiet = (seq, level, muted_until = null) => ({ ...said(seq), notifications: { level, muted_until } });
  assert.equal(ear.hears([quiet(4, "none")], elsewhere), false);
  assert.equal(ear.hears([quiet(5, "all", "2026-11-23T13:00:00Z")], elsewhere), false);
  await clock.pass(3_600_000);
  assert.equal(ear.hears([quiet(6, "all", "2026-11-23T13:00:00Z")], elsewhere), true);
});

test("where only mentions count, one's name is heard", async () => {
  const { clock, ear } = start();
  const only = (seq, text) => ({ ...said(seq, { text }), notifications: { level: "mentions", muted_until: null } });
  assert.equal(ear.hears([only(4, "hello all")], elsewhere), false);
  assert.equal(ear.hears([only(5, "hello @alice!")], elsewhere), true);
  await clock.pass(5000);
  assert.equal(ear.hears([only(6, "hello @Alicemary")], elsewhere), false);
});

test("several in one breath are heard as one", async () => {
  const { clock, ear } = start();
  assert.equal(ear.hears([said(4)], elsewhere), true);
  assert.equal(ear.hears([said(5)], elsewhere), false);
  await clock.pass(1500);
  assert.equal(ear.hears([said(6)], elsewhere), true);
});

test("a new conversation is heard, an old one from further down the list is not", () => {
  const { ear } = start();
  const other = (created_at) => ({ ...said(1, { created_at }), id: 8 });
  assert.equal(ear.hears([said(3), { ...other("2026-11-22T08:00:00Z"), id: 9 }], elsewhere), false);
  assert.equal(ear.hears([said(3), other("2026-11-23T11:59:00Z")], elsewhere), true);
});

test("a name counts where it stands by itself", () => {
  assert.equal(isNamed("@Ann", "Ann"), true);
  assert.equal(isNamed("hey @ANN, come", "Ann"), true);
  assert.equal(isNamed("@Anna", "Ann"), false);
  assert.equal(isNamed("x@ann", "Ann"), false);
  assert.equal(isNamed("@Anna @Ann", "Ann"), true);
  assert.equal(isNamed("@mary   jane", "Mary Jane"), true);
  assert.equal(isNamed("Ann", "Ann"), false);
});

test("neither a request nor somebody who is blocked is heard", async () => {
  const { clock, ear } = start();
  assert.equal(ear.hears([{ ...said(4), request: { by: bob } }], elsewhere), false);
  assert.equal(ear.hears([{ ...said(5), blocked: [bob.id] }], elsewhere), false);
  await clock.pass(5000);
  assert.equal(ear.hears([said(6)], elsewhere), true);
});
