/* The service worker as the page's last resort. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import vm from "node:vm";
import { settled } from "./support/cast.js";

const source = readFileSync(new URL("../../../frontend_static/service-worker.js", import.meta.url), "utf8");
const ORIGIN = "https://chat.example.org";
const OLD = "/static/app.000000000001.js";
const NEW = "/static/app.000000000002.js";

let server;
let asked;
let heard;
let timers;
let kept;

class FakeCache {
  constructor() {
    this.entries = new Map();
  }

  key(request) {
    return new URL(request.url ?? request, ORIGIN).pathname;
  }

  async match(request) {
    return this.entries.get(this.key(request))?.clone();
  }

  async put(request, response) {
    this.entries.set(this.key(request), response);
  }

  async add(name) {
    await this.put(name, await fetch(name));
  }

  async keys() {
    return [...this.entries.keys()].map((path) => ({ url: ORIGIN + path }));
  }

  async delete(request) {
    this.entries.delete(this.key(request));
  }
}

async function fetch(request) {
  const path = new URL(request.url ?? request, ORIGIN).pathname;
  asked.push(path);
  const answer = await server[path];
  if (!answer) throw new TypeError("Failed to fetch");
  const response = new Response(answer.body, { status: answer.status });
  Object.defineProperty(response, "type", { value: "basic" });
  return response;
}

const pageWith = (file) => ({ status: 200, body: `<script type="module" src="${file}"></script>` });

beforeEach(async () => {
  asked = [];
  heard = {};
  timers = [];
  kept = new Map();
  server = { "/": pageWith(OLD), [OLD]: { status: 200, body: "old" }, [NEW]: { status: 200, body: "new" } };
  server["/c/7"] = server["/"];
  const self = {
    location: { origin: ORIGIN },
    addEventListener: (type, listener) => (heard[type] = listener),
    skipWaiting() {},
    registration: {},
  };
  const caches = {
    open: async (name) => kept.set(name, kept.get(name) ?? new FakeCache()).get(name),
    keys: async () => [...kept.keys()],
    delete: async (name) => kept.delete(name),
  };
  vm.runInNewContext(source, { self, caches, fetch, URL, setTimeout: (work) => timers.push(work) });
  await extended("install");
});

async function extended(type) {
  let work;
  heard[type]({ waitUntil: (promise) => (work = promise) });
  await work;
}

/** What the worker answers; undefined when it leaves the request alone. */
function request(path, { mode = "navigate", method = "GET" } = {}) {
  let answer;
  const extensions = [];
  heard.fetch({
    request: { url: new URL(path, ORIGIN).href, mode, method },
    respondWith: (promise) => (answer = promise),
    waitUntil: (promise) => extensions.push(promise),
  });
  return answer && answer.then(async (response) => (await Promise.all(extensions), response.clone().text()));
}

test("a page comes from the server, so that a deploy is seen at once; what it needs is kept, and what it no longer needs goes at last", async () => {
  assert.match(await request("/c/7"), /0001/);
  server["/c/7"] = pageWith(NEW);
  assert.match(await request("/c/7"), /0002/);
  server = {};
  assert.match(await request("/"), /0002/);
  assert.equal(await request(NEW, { mode: "cors" }), "new");
});

test("while the server is down, says so or does not answer, the page is the last one it gave", async () => {
  server["/c/7"] = undefined;
  assert.match(await request("/c/7"), /0001/);
  server["/c/7"] = { status: 502, body: "Bad gateway" };
  assert.match(await request("/c/7"), /0001/);
  server["/c/7"] = new Promise(() => {});
  const late = request("/c/7");
  await settled();
  timers.at(-1)();
  assert.match(await late, /0001/);
});

test("a page whose files cannot be had does not take the place of one that is whole", async () => {
  server["/"] = pageWith("/static/app.000000000003.js");
  await assert.rejects(request("/"));
  server = {};
  assert.match(await request("/"), /0001/);
});

test("a file that cannot change is asked for once", async () => {
  asked = [];
  assert.equal(await request(OLD, { mode: "cors" }), "old");
  assert.deepEqual(asked, []);
  assert.equal(await request(NEW, { mode: "cors" }), "new");
  assert.equal(await request(NEW, { mode: "cors" }), "new");
  assert.deepEqual(asked, [NEW]);
});

test("the API, other sites, other pages and writes are left alone", () => {
  const others = ["/api/v1/me", "/api/v1/sync?cursor=1", "/admin/", "/api/docs", "/sw.js", "/healthz", "/static/icons/badge.png"];
  for (const path of others) for (const mode of ["navigate", "cors"]) assert.equal(request(path, { mode }), undefined, path);
  assert.equal(request("https://elsewhere.example/"), undefined);
  assert.equal(request("/", { method: "POST" }), undefined);
});

test("files of earlier pages are bounded, and caches of earlier workers go", async () => {
  const files = kept.get("hark-files-1");
  for (let number = 0; number < 400; number += 1) await files.put(`/static/old.${number}`, new Response(""));
  await request("/");
  assert.equal(files.entries.size, 300);
  assert.ok(files.entries.has(OLD));
  kept.set("hark-files-0", new FakeCache());
  kept.set("of-somebody-else", new FakeCache());
  await extended("activate");
  assert.deepEqual([...kept.keys()].sort(), ["hark-files-1", "hark-shell-1", "of-somebody-else"]);
});
