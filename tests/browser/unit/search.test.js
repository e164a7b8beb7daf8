import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../frontend_static/core/api-error.js";
import { MessageSearch, searchMessages } from "../../../frontend_static/core/search.js";
import { deferred, FakeClock, message, settled } from "./support/cast.js";

const PAUSE = 250;
const found = (...seqs) => seqs.map((seq) => ({ conversation: 7, message: message(seq) }));

function start() {
  const clock = new FakeClock();
  const asked = [];
  const request = (question, signal) => {
    const answer = deferred();
    asked.push({ ...question, signal, ...answer });
    return answer.promise;
  };
  let changes = 0;
  const search = new MessageSearch({ request, clock, changed: () => (changes += 1) });
  const seqs = () => search.results.map(({ message: { seq } }) => seq);
  return { clock, asked, search, seqs, changes: () => changes };
}

test("it asks once, when the person pauses", async () => {
  const { clock, asked, search, seqs } = start();
  for (const text of ["h", "ha", "har", " har "]) {
    search.ask(text, null);
    await clock.pass(PAUSE - 50);
  }
  assert.equal(asked.length, 1);
  assert.equal(asked[0].query, "har");
  assert.equal(search.status, "searching");
  asked[0].resolve({ results: found(3, 2), next: null });
  await settled();
  assert.equal(search.status, "ready");
  assert.deepEqual(seqs(), [3, 2]);
});

test("a later question ends the earlier one, and only its answer counts", async () => {
  const { clock, asked, search, seqs } = start();
  search.ask("one", null);
  await clock.pass(PAUSE);
  search.ask("two", null);
  assert.equal(asked[0].signal.aborted, true);
  await clock.pass(PAUSE);
  asked[1].resolve({ results: found(2), next: null });
  await settled();
  asked[0].resolve({ results: found(1), next: 9 });
  await settled();
  assert.deepEqual(seqs(), [2]);
  assert.equal(search.next, null);
});

test("the failure of an earlier question is not shown", async () => {
  const { clock, asked, search } = start();
  search.ask("one", null);
  await clock.pass(PAUSE);
  search.ask("two", null);
  asked[0].reject(new Error("aborted"));
  await settled();
  assert.equal(search.status, "searching");
});

test("without words there is no question and nothing is found", async () => {
  const { clock, asked, search, seqs } = start();
  search.ask("one", null);
  await clock.pass(PAUSE);
  asked[0].resolve({ results: found(1), next: 1 });
  await settled();
  search.ask("  ", null);
  await clock.pass(PAUSE);
  assert.equal(asked.length, 1);
  assert.equal(search.status, "idle");
  assert.deepEqual(seqs(), []);
  assert.equal(search.next, null);
});

test("more is what comes after, once at a time", async () => {
  const { clock, asked, search, seqs } = start();
  search.ask("one", 7);
  await clock.pass(PAUSE);
  asked[0].resolve({ results: found(9, 8), next: 8 });
  await settled();
  search.more();
  search.more();
  assert.deepEqual(asked.map(({ before }) => before), [null, 8]);
  assert.equal(asked[1].conversation, 7);
  asked[1].resolve({ results: found(5), next: null });
  await settled();
  assert.deepEqual(seqs(), [9, 8, 5]);
  search.more();
  assert.equal(asked.length, 2);
});

test("after a failure the same is asked again, also in the middle", async () => {
  const { clock, asked, search, seqs } = start();
  search.ask("one", null);
  await clock.pass(PAUSE);
  asked[0].reject(new Error("no network"));
  await settled();
  assert.equal(search.status, "failed");
  search.now();
  asked[1].resolve({ results: found(9), next: 9 });
  await settled();
  search.more();
  asked[2].reject(new Error("no network"));
  await settled();
  assert.deepEqual(seqs(), [9], "what was found stays");
  search.now();
  assert.equal(asked[3].before, 9);
  asked[3].resolve({ results: found(4), next: null });
  await settled();
  assert.deepEqual(seqs(), [9, 4]);
});

test("Enter does not wait for the pause, and does not ask twice", async () => {
  const { clock, asked, search } = start();
  search.ask("one", null);
  search.now();
  assert.equal(asked.length, 1);
  await clock.pass(PAUSE);
  assert.equal(asked.length, 1);
  asked[0].resolve({ results: [], next: null });
  await settled();
  search.now();
  assert.equal(asked.length, 1);
});

test("another conversation is another question", async () => {
  const { clock, asked, search, seqs } = start();
  search.ask("one", 7);
  await clock.pass(PAUSE);
  asked[0].resolve({ results: found(1), next: null });
  await settled();
  search.ask("one", null);
  assert.deepEqual(seqs(), [], "what one conversation has is not shown for all");
  await clock.pass(PAUSE);
  assert.equal(asked[1].conversation, null);
});

test("the question is asked as the protocol has it", async () => {
  const paths = [];
  const api = { request: async (method, path) => (paths.push(`${method} ${path}`), { data: { results: [], next: null } }) };
  await searchMessages(api, { query: "a & b", conversation: null, before: null });
  await searchMessages(api, { query: "ä", conversation: 7, before: 12 });
  assert.deepEqual(paths, ["GET /search?q=a+%26+b&limit=20", "GET /search?q=%C3%A4&limit=20&conversation=7&before=12"]);
});

test("while an earlier search still runs on the server it waits, and asks again", async () => {
  const { clock, asked, search, seqs } = start();
  search.ask("one", null);
  await clock.pass(PAUSE);
  asked[0].reject(new ApiError(429, { code: "search_running" }, 2));
  await settled();
  assert.equal(search.status, "searching");
  await clock.pass(2000);
  asked[1].resolve({ results: found(4), next: null });
  await settled();
  assert.equal(search.status, "ready");
  assert.deepEqual(seqs(), [4]);
});

test("another question does not wait for the one that was put off", async () => {
  const { clock, asked, search } = start();
  search.ask("one", null);
  await clock.pass(PAUSE);
  asked[0].reject(new ApiError(429, { code: "search_running" }, 2));
  await settled();
  search.ask("two", null);
  await clock.pass(3000);
  assert.deepEqual(asked.map(({ query }) => query), ["one", "two"]);
});

test("a long wait is told to the person", async () => {
  const { clock, asked, search } = start();
  search.ask("one", null);
  await clock.pass(PAUSE);
  asked[0].reject(new ApiError(429, { code: "too_many_requests" }, 20));
  await settled();
  assert.equal(search.status, "failed");
});
