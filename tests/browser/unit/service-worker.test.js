/* The service worker in a world of its own, for what a browser cannot be brought to do. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const source = readFileSync(new URL("../../../frontend_static/service-worker.js", import.meta.url), "utf8");
const ORIGIN = "https://chat.example.org";

/** What it would ask the server, on the browser's pages and of its push service. */
function world({ answers = [201], cookie = "token", pages = [], show } = {}) {
  const asked = [];
  const heard = {};
  const self = {
    location: { origin: ORIGIN },
    addEventListener: (type, listener) => (heard[type] = listener),
    clients: { matchAll: async () => pages, openWindow: async (path) => asked.push(["open", path]) },
    registration: {
      getNotifications: async () => [],
      showNotification: show ?? (async (title, options) => asked.push(["show", title, options])),
      pushManager: {
        subscribe: async ({ applicationServerKey }) => {
          asked.push(["subscribe", applicationServerKey]);
          return subscription("new");
        },
      },
    },
    skipWaiting: () => asked.push(["skip"]),
  };
  if (cookie !== null) self.cookieStore = { get: async () => (cookie === "" ? null : { value: cookie }) };
  const fetch = async (url, { method = "GET", headers = {}, body } = {}) => {
    asked.push([method, url, headers["X-CSRFToken"], body]);
    return method === "POST" ? { status: answers.shift() } : { status: 200, json: async () => ({ key: "AQID" }) };
  };
  vm.runInNewContext(source, { self, fetch, URL, MessageChannel: FakeChannel, setTimeout, decodeURIComponent });
  const send = async (type, event = {}) => {
    let work;
    heard[type]({ waitUntil: (promise) => (work = promise), ...event });
    await work;
  };
  return { asked, send };
}

/** Without a thread of its own, which would keep the test from ending. */
class FakeChannel {
  constructor() {
    this.port1 = {};
    this.port2 = { postMessage: (data) => this.port1.onmessage({ data }) };
  }
}

function subscription(name, key = null) {
  const keys = { p256dh: "p", auth: "a" };
  return {
    options: { applicationServerKey: key },
    toJSON: () => ({ endpoint: `https://push.example/${name}`, expirationTime: null, keys }),
  };
}

const TOLD = '{"endpoint":"https://push.example/new","keys":{"p256dh":"p","auth":"a"}}';
const POST = (token) => ["POST", "/api/v1/push/subscriptions", token, TOLD];

test("a new version does not wait for the pages of the old one to close", async () => {
  const { asked, send } = world();
  await send("install");
  assert.deepEqual(asked[0], ["skip"]);
});

test("a subscription that ended is made anew with its own key", async () => {
  const { asked, send } = world();
  await send("pushsubscriptionchange", { oldSubscription: subscription("old", "old key") });
  assert.deepEqual(asked, [["subscribe", "old key"], POST("token")]);
});

test("where the browser does not tell the key, the server is asked", async () => {
  for (const oldSubscription of [undefined, null, subscription("old")]) {
    const { asked, send } = world();
    await send("pushsubscriptionchange", { oldSubscription });
    assert.deepEqual(asked.map(([name, what]) => [name, what]).slice(0, 2), [["GET", "/api/v1/push/key"], ["subscribe", "AQID"]]);
  }
});

test("a browser that has made it already is not asked again", async () => {
  const { asked, send } = world();
  await send("pushsubscriptionchange", { oldSubscription: subscription("old"), newSubscription: subscription("new") });
  assert.deepEqual(asked, [POST("token")]);
});

test("a token that is refused is fetched anew, once; without any the page does it when it is next open", async () => {
  for (const [cookie, token] of [["%74oken", "token"], ["", ""], [null, ""]]) {
    const { asked, send } = world({ cookie, answers: [403, 403] });
    await send("pushsubscriptionchange", { newSubscription: subscription("new") });
    assert.deepEqual(asked, [POST(token), ["GET", "/", undefined, undefined], POST(token)]);
  }
});

test("a session that is over ends it", async () => {
  const { asked, send } = world({ answers: [401] });
  await send("pushsubscriptionchange", { newSubscription: subscription("new") });
  assert.equal(asked.length, 1);
});

const note = { tag: "c7", title: "Bob", body: "Hello", url: "/c/7", conversation: 7 };

function page({ focused = true, url = "/", shows = 7 } = {}) {
  const told = [];
  return {
    told,
    focused,
    url: ORIGIN + url,
    visibilityState: "visible",
    focus: async () => told.push("focus"),
    postMessage: (message, [port] = []) => {
      told.push(message.path ?? message.type);
      if (port && shows !== "nothing") port.postMessage(shows);
    },
  };
}

test("only a page in front of somebody, which shows the conversation, makes a push silent", async () => {
  const cases = [
    [page(), 0],
    [page({ url: "/c/9" }), 0],
    [page({ url: "/c/9/120" }), 0],
    [page({ shows: 8 }), 1],
    [page({ shows: null }), 1],
    [page({ focused: false }), 1],
    [page({ shows: "nothing" }), 1],
    [page({ url: "/admin/" }), 1],
  ];
  for (const [one, count] of cases) {
    const { asked, send } = world({ pages: [one] });
    await send("push", { data: { json: () => note } });
    assert.equal(asked.length, count, JSON.stringify(one));
  }
});

test("two pushes at once are dealt with one after the other, also if the first fails", async () => {
  const steps = [];
  const show = async (title) => {
    steps.push(`begins ${title}`);
    await new Promise((resolve) => setImmediate(resolve));
    steps.push(`ends ${title}`);
    if (title === "one") throw new Error("no permission");
  };
  const { send } = world({ show });
  const push = (title) => send("push", { data: { json: () => ({ ...note, title }) } });
  const [first, second] = await Promise.allSettled([push("one"), push("two")]);
  assert.deepEqual([first.status, second.status], ["rejected", "fulfilled"]);
  assert.deepEqual(steps, ["begins one", "ends one", "begins two", "ends two"]);
});

test("a click is taken to the page on the screen, or to the one that was used last", async () => {
  const [hidden, behind, front] = [page(), page(), page()];
  hidden.visibilityState = behind.visibilityState = "hidden";
  const clicked = { notification: { close() {}, data: { url: "/c/7" } } };
  const { asked, send } = world({ pages: [hidden, behind, front] });
  await send("notificationclick", clicked);
  assert.deepEqual([hidden.told, behind.told, front.told, asked], [[], [], ["/c/7", "focus"], []]);
  await world({ pages: [hidden, behind] }).send("notificationclick", clicked);
  assert.deepEqual([hidden.told, behind.told], [["/c/7", "focus"], []]);
});

test("a notification that carries nothing leads to the list", async () => {
  const { asked, send } = world();
  await send("notificationclick", { notification: { close() {} } });
  assert.deepEqual(asked, [["open", "/"]]);
});
