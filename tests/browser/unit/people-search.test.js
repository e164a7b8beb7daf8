import assert from "node:assert/strict";
import { test } from "node:test";
import { PeopleSearch } from "../../../frontend_static/core/people-search.js";
import { bob, carol, deferred, FakeClock, settled } from "./support/cast.js";

function start() {
  const clock = new FakeClock();
  const asked = [];
  const users = (query) => {
    const answer = deferred();
    asked.push({ query, ...answer });
    return answer.promise;
  };
  const search = new PeopleSearch({ api: { users }, clock, changed() {} });
  return { clock, asked, search };
}

test("it asks when the person pauses", async () => {
  const { clock, asked, search } = start();
  search.askSoon("b");
  await clock.pass(150);
  search.askSoon(" bo ");
  await clock.pass(200);
  assert.deepEqual(asked.map(({ query }) => query), ["bo"]);
  assert.equal(search.isBusy, true);
  asked[0].resolve({ users: [bob] });
  await settled();
  assert.deepEqual(search.people, [bob]);
  assert.equal(search.isBusy, false);
});

test("a slower answer to an earlier question does not replace a later one", async () => {
  const { asked, search } = start();
  search.ask("b");
  search.ask("c");
  asked[1].resolve({ users: [carol] });
  await settled();
  asked[0].resolve({ users: [bob] });
  await settled();
  assert.deepEqual(search.people, [carol]);
});

test("what is forgotten does not come back", async () => {
  const { clock, asked, search } = start();
  search.ask("b");
  search.askSoon("bo");
  search.forget();
  asked[0].resolve({ users: [bob] });
  await clock.pass(1000);
  assert.deepEqual(search.people, []);
  assert.equal(asked.length, 1);
});

test("a failure is kept, and a later success forgets it", async () => {
  const { asked, search } = start();
  search.ask("b");
  asked[0].reject(new Error("no network"));
  await settled();
  assert.ok(search.error);
  search.ask("b");
  asked[1].resolve({ users: [bob] });
  await settled();
  assert.equal(search.error, null);
});
