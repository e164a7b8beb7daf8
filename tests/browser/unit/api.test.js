import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Api } from "../../../frontend_static/core/api.js";
import { ApiError, NetworkError } from "../../../frontend_static/core/api-error.js";
import { newClientId } from "../../../frontend_static/core/ids.js";
import { FakeClock, settled } from "./support/cast.js";

const target = { cursor: 5, conversation: 7, after: 3, visible: true, mayWait: true };

let clock;
let requests;
let respond;
let api;

beforeEach(() => {
  clock = new FakeClock();
  requests = [];
  const fetch = (url, options) => {
    requests.push({ url, ...options });
    return respond(options);
  };
  api = new Api({ fetch, csrfToken: () => "token", clock });
});

function asking({ etag = null, wait = 0, signal = new AbortController().signal } = {}) {
  return { etag, wait, signal };
}

/** The server holds every request; it ends when the page gives it up. */
function hold({ signal }) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
}

test("a poll says where to go on from, and hands on the pace and the ETag", async () => {
  respond = async () => new Response("{}", { headers: { ETag: '"x"', "X-Poll-Interval": "2.5" } });
  const reply = await api.sync(target, asking({ etag: '"w"' }));
  assert.equal(requests[0].url, "/api/v1/sync?visible=1&cursor=5&conversation=7&after=3");
  assert.equal(requests[0].headers["If-None-Match"], '"w"');
  assert.deepEqual(reply, { status: 200, etag: '"x"', interval: 2.5, data: {} });
});

test("an unchanged answer is no error", async () => {
  respond = async () => new Response(null, { status: 304 });
  const reply = await api.sync(target, asking({ etag: '"w"' }));
  assert.equal(reply.status, 304);
  assert.equal(reply.data, null);
});

test("a write carries the CSRF token", async () => {
  respond = async () => new Response("{}");
  await api.read(7, 4);
  assert.equal(requests[0].headers["X-CSRFToken"], "token");
  assert.equal(requests[0].body, '{"seq":4}');
});

test("a lost CSRF cookie is fetched anew, once", async () => {
  respond = async () => new Response('{"code":"csrf_failed"}', { status: 403 });
  await assert.rejects(api.read(7, 4), ApiError);
  assert.deepEqual(requests.map(({ url }) => url), ["/api/v1/conversations/7/read", "/", "/api/v1/conversations/7/read"]);
});

test("an error keeps its code, its words and the wait", async () => {
  const problem = JSON.stringify({ code: "too_many_attempts", detail: "Slow down.", status: 429 });
  respond = async () => new Response(problem, { status: 429, headers: { "Retry-After": "7" } });
  await assert.rejects(api.me(), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.status, error.code, error.message, error.retryAfter], [429, "too_many_attempts", "Slow down.", 7]);
    return true;
  });
});

test("a proxy's own error page is an error too", async () => {
  respond = async () => new Response("<h1>Bad gateway</h1>", { status: 502 });
  await assert.rejects(api.me(), (error) => error instanceof ApiError && error.status === 502);
});

test("no answer within twenty seconds is a network error, also to a poll that does not wait", async () => {
  respond = hold;
  for (const ask of [() => api.me(), () => api.sync(target, asking())]) {
    const outcome = assert.rejects(ask(), NetworkError);
    await settled();
    await clock.pass(20_000);
    await outcome;
  }
});

test("a poll may be held for as long as it says, and some time more", async () => {
  respond = hold;
  let isOver = false;
  const outcome = assert.rejects(api.sync(target, asking({ wait: 25 })), NetworkError).then(() => (isOver = true));
  assert.equal(requests[0].url, "/api/v1/sync?visible=1&cursor=5&conversation=7&after=3&wait=25");
  await clock.pass(39_999);
  assert.equal(isOver, false);
  await clock.pass(1);
  await outcome;
  assert.deepEqual(clock.timers, []);
});

test("a held poll can be given up", async () => {
  respond = hold;
  const controller = new AbortController();
  const outcome = assert.rejects(api.sync(target, asking({ wait: 25, signal: controller.signal })), NetworkError);
  controller.abort();
  await outcome;
  assert.deepEqual(clock.timers, []);
});

test("a client_id is a UUID of version 4, also without randomUUID", () => {
  const bytesOnly = { getRandomValues: (bytes) => crypto.getRandomValues(bytes) };
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(newClientId(crypto), shape);
  assert.match(newClientId(bytesOnly), shape);
});

test("a deletion outlives the page that asks for it, and an emoji is an address", async () => {
  respond = async () => new Response("{}");
  await api.remove(7, 3);
  await api.react(7, 3, "❤️");
  assert.equal(requests[0].keepalive, true);
  assert.equal(requests[1].keepalive, false);
  assert.equal(requests[1].url, "/api/v1/conversations/7/messages/3/reactions/%E2%9D%A4%EF%B8%8F");
});
