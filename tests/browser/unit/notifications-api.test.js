import assert from "node:assert/strict";
import { test } from "node:test";
import { NotificationsApi } from "../../../frontend_static/core/notifications-api.js";

const asked = [];
const api = new NotificationsApi({ data: async (...request) => asked.push(request) });
const device = { endpoint: "https://push.example/1", keys: { p256dh: "p", auth: "a" }, name: "Firefox on Linux" };

/** Each call, and the request that the protocol has for it. */
const CALLS = [
  [() => api.settings(), ["GET", "/notification-settings"]],
  [() => api.change({ email: false }), ["PATCH", "/notification-settings", { email: false }]],
  [() => api.forgive(), ["DELETE", "/notification-settings/email-suppression"]],
  [() => api.testEmail(), ["POST", "/notification-settings/test", { channel: "email" }]],
  [() => api.testPush(3), ["POST", "/notification-settings/test", { channel: "push", subscription: 3 }]],
  [() => api.muted(), ["GET", "/notification-settings/muted"]],
  [() => api.log(null, 20), ["GET", "/notifications/log?limit=20"]],
  [() => api.log(7, 20), ["GET", "/notifications/log?limit=20&before=7"]],
  [() => api.reach(7), ["GET", "/conversations/7/reach"]],
  [
    () => api.choose(7, { level: "all", muted_until: null }),
    ["PUT", "/conversations/7/notifications", { level: "all", muted_until: null }],
  ],
  [() => api.pushKey(), ["GET", "/push/key"]],
  [() => api.devices(), ["GET", "/push/subscriptions"]],
  [() => api.addDevice(device), ["POST", "/push/subscriptions", device]],
  [() => api.removeDevice(3), ["DELETE", "/push/subscriptions/3"]],
  [() => api.changeMe({ language: "ar" }), ["PATCH", "/me", { language: "ar" }]],
];

test("each call asks what the protocol says", () => {
  for (const [call, request] of CALLS) {
    asked.length = 0;
    call();
    assert.deepEqual(asked, [request]);
  }
});
