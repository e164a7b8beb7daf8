import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError, NetworkError } from "../../../frontend_static/core/api-error.js";
import { deviceName } from "../../../frontend_static/core/device-name.js";
import { Push } from "../../../frontend_static/core/push.js";
import { alice, bob, FakeClock } from "./support/cast.js";
import { FakeBrowser, FakeServer } from "./support/push.js";

const DAY = 86_400_000;

let browser;
let clock;
let push;
let server;

beforeEach(async () => {
  browser = new FakeBrowser();
  clock = new FakeClock();
  server = new FakeServer();
  push = of(alice);
  await push.start(false);
});

function of(person) {
  return new Push({ api: server, browser, clock, userId: person.id });
}

test("nothing is asked of anybody who has not clicked", () => {
  assert.equal(push.state, "off");
  assert.equal(browser.worker, undefined);
  assert.deepEqual(server.calls, []);
});

test("a click subscribes with the server's key, and tells the server", async () => {
  await push.enable();
  assert.deepEqual(browser.manager.asked, [{ userVisibleOnly: true, applicationServerKey: "AQID" }]);
  const told = { endpoint: "https://push.example/1", keys: { p256dh: "p", auth: "a" }, name: "Firefox on Linux" };
  assert.deepEqual(server.called("add"), [["add", told]]);
  assert.equal(push.state, "on");
  assert.equal(push.deviceId, 1);
});

test("whoever says no is asked no more, and nothing is subscribed", async () => {
  browser.answer = "denied";
  await push.enable();
  assert.equal(push.state, "denied");
  assert.deepEqual(server.calls, []);
});

test("a question that was only closed leaves it off", async () => {
  browser.answer = "default";
  await push.enable();
  assert.equal(push.state, "off");
});

test("a browser that has no push says so", async () => {
  browser.isAble = false;
  await push.start(false);
  assert.equal(push.state, "unsupported");
});

test("a subscription that the server did not hear of is not on, and the next click tells it", async () => {
  server.addDevice = async () => {
    throw new NetworkError();
  };
  await assert.rejects(push.enable(), NetworkError);
  await push.look();
  assert.equal(push.state, "off");
  delete server.addDevice;
  await push.enable();
  assert.equal(push.state, "on");
  assert.equal(browser.manager.made, 1);
});

test("the server hears once a day that the browser is still there", async () => {
  await push.enable();
  await push.start(false);
  clock.time += DAY - 1;
  await push.start(false);
  assert.equal(server.called("add").length, 1);
  clock.time += 1;
  await push.start(false);
  assert.equal(server.called("add").length, 2);
  await push.start(false);
  assert.equal(server.called("add").length, 2);
  assert.equal(server.list.length, 1);
});

test("another key of the server makes another subscription, and the old one is let go", async () => {
  await push.enable();
  server.key = "BAUG";
  clock.time += DAY;
  await push.start(false);
  assert.deepEqual(server.list.map(({ id, endpoint }) => [id, endpoint]), [[2, "https://push.example/2"]]);
  assert.equal(push.deviceId, 2);
});

test("a padded key is the same key", async () => {
  await push.enable();
  server.key = "AQID=";
  clock.time += DAY;
  await push.start(false);
  assert.equal(browser.manager.made, 1);
});

test("a browser that was taken off the list elsewhere does not come back by itself", async () => {
  await push.enable();
  server.list = [];
  clock.time += DAY;
  await push.start(false);
  assert.equal(push.state, "off");
  assert.equal(browser.manager.current, null);
  assert.equal(server.called("add").length, 1);
});

test("after signing in again the server is told, for the old session took the subscription along", async () => {
  await push.enable();
  server.list = [];
  await push.start(true);
  assert.equal(server.list.length, 1);
  assert.equal(push.state, "on");
});

test("what the service worker subscribed anew is told at the next start", async () => {
  await push.enable();
  browser.manager.current = null;
  await browser.manager.subscribe({ applicationServerKey: "AQID" });
  await push.start(false);
  assert.equal(server.called("add").at(-1)[1].endpoint, "https://push.example/2");
  assert.deepEqual(server.list.map(({ id }) => id), [2]);
});

test("another person who signs in takes the subscription over, and the notifications of the first are closed", async () => {
  await push.enable();
  const theirs = of(bob);
  let moved = 0;
  theirs.on("moved", () => (moved += 1));
  assert.equal(theirs.deviceId, null);
  await theirs.start(true);
  assert.equal(theirs.state, "on");
  assert.equal(moved, 1);
  assert.equal(server.called("remove").length, 0);
  assert.equal(browser.manager.made, 1);
});

test("turning it off tells the server first, then the browser", async () => {
  await push.enable();
  await push.disable();
  assert.deepEqual(server.list, []);
  assert.equal(browser.manager.current, null);
  assert.equal(push.state, "off");
  assert.equal(push.deviceId, null);
});

test("without the server nothing is turned off", async () => {
  await push.enable();
  server.fault = new NetworkError();
  await assert.rejects(push.disable(), NetworkError);
  await assert.rejects(push.leave(), NetworkError);
  assert.notEqual(browser.manager.current, null);
  await push.look();
  assert.equal(push.state, "on");
});

test("whoever signs out leaves nothing behind, even if their session or subscription was over", async () => {
  for (const status of [401, 404]) {
    await push.enable();
    server.fault = new ApiError(status, {}, 0);
    await push.leave();
    server.fault = null;
    assert.equal(browser.manager.current, null);
    assert.equal(browser.memory, null);
  }
});

test("signing out does not fail because the push service cannot be reached", async () => {
  await push.enable();
  browser.manager.current.unsubscribe = async () => {
    throw new Error("no network");
  };
  await push.leave();
  assert.deepEqual(server.list, []);
});

test("a start without the server changes nothing", async () => {
  await push.enable();
  clock.time += DAY;
  server.fault = new NetworkError();
  await push.start(false);
  assert.equal(push.state, "on");
});

test("a memory that is no JSON is none", async () => {
  browser.memory = "{";
  await push.enable();
  assert.equal(push.state, "on");
});

test("a browser is called what its person calls it", () => {
  const like = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";
  assert.equal(deviceName("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Firefox on Linux");
  assert.equal(deviceName(`${like} Chrome/142.0.0.0 Safari/537.36`), "Chrome on Linux");
  assert.equal(deviceName(`${like} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`), "Edge on Linux");
  assert.equal(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) Version/18.4 Mobile Safari/604.1"), "Safari on iPhone");
  assert.equal(deviceName("Mozilla/5.0 (Linux; Android 16) Chrome/142.0.0.0 Mobile Safari/537.36"), "Chrome on Android");
  assert.equal(deviceName(""), "Browser");
});
