import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Api } from "../../../frontend_static/core/api.js";
import { NetworkError } from "../../../frontend_static/core/api-error.js";
import { Identity } from "../../../frontend_static/core/identity.js";
import { alice, bob, deferred, FakeClock, settled } from "./support/cast.js";

let asked;
let others;
let identity;
let clock;

beforeEach(() => {
  asked = [];
  others = 0;
  clock = new FakeClock();
  identity = new Identity({
    ask() {
      asked.push(deferred());
      return asked.at(-1).promise;
    },
    another: () => (others += 1),
    clock,
  });
});

async function state(promise) {
  let found = "pending";
  promise.then(
    () => (found = "confirmed"),
    (error) => (found = error.constructor.name),
  );
  await settled();
  return found;
}

test("without a doubt nothing is asked", async () => {
  assert.equal(await state(identity.confirm()), "confirmed");
  assert.equal(asked.length, 0);
});

test("in doubt it is asked once, however many want to know, and what has changed of the person is taken over", async () => {
  const me = { ...alice };
  identity.doubt(me);
  const all = [identity.confirm(), identity.confirm()];
  assert.equal(await state(all[0]), "pending");
  assert.equal(asked.length, 1);
  asked[0].resolve({ ...alice, name: "Alice Liddell" });
  assert.deepEqual([await state(all[0]), await state(all[1])], ["confirmed", "confirmed"]);
  assert.equal(me.name, "Alice Liddell");
  assert.equal(await state(identity.confirm()), "confirmed");
  assert.equal(asked.length, 1);
});

test("no answer is none, and it is asked anew", async () => {
  identity.doubt({ ...alice });
  const first = identity.confirm();
  asked[0].reject(new NetworkError());
  assert.equal(await state(first), "NetworkError");
  const second = identity.confirm();
  asked[1].resolve(alice);
  assert.equal(await state(second), "confirmed");
});

test("if it is another one nothing goes on", async () => {
  identity.doubt({ ...alice });
  const confirmed = identity.confirm();
  asked[0].resolve(bob);
  assert.equal(await state(confirmed), "pending");
  assert.equal(await state(identity.confirm()), "pending");
  assert.equal(others, 1);
});

test("an answer about an earlier doubt counts no more", async () => {
  identity.doubt({ ...alice });
  const confirmed = identity.confirm();
  identity.doubt({ ...alice });
  asked[0].resolve(bob);
  assert.equal(await state(confirmed), "pending");
  assert.equal(others, 0);
  asked[1].resolve(alice);
  assert.equal(await state(confirmed), "confirmed");
});

test("in doubt a poll is asked but not taken in, and nothing else is asked", async () => {
  const requests = [];
  const fetch = async (path) => {
    requests.push(path);
    return new Response('{"cursor": 1}', { status: 200 });
  };
  const api = new Api({ fetch, csrfToken: () => "", clock: new FakeClock() });
  api.confirm = () => identity.confirm();
  identity.doubt({ ...alice });
  const target = { cursor: 1, conversation: null, after: null, visible: true, mayWait: false };
  const poll = api.sync(target, { etag: null, wait: 0, signal: new AbortController().signal });
  const send = api.send({ conversation: 7, clientId: "id-1", text: "hello" });
  assert.deepEqual([await state(poll), await state(send)], ["pending", "pending"]);
  assert.deepEqual(requests, ["/api/v1/sync?visible=1&cursor=1"]);
  asked[0].resolve(alice);
  assert.deepEqual([await state(poll), await state(send)], ["confirmed", "confirmed"]);
  assert.equal(requests.length, 2);
});

test("who was refused once, with the cookie of before, is asked for again after a moment", async () => {
  const ofAlice = identity.isStill(alice);
  assert.equal(asked.length, 0);
  await clock.pass(1000);
  asked[0].resolve({ ...alice });
  assert.equal(await ofAlice, true);
});

test("who is another one by then, or nobody, is not signed in any longer", async () => {
  for (const answer of [({ resolve }) => resolve(bob), ({ reject }) => reject(new NetworkError())]) {
    const still = identity.isStill(alice);
    await clock.pass(1000);
    answer(asked.at(-1));
    assert.equal(await still, false);
  }
});
