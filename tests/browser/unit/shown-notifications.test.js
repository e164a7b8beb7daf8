import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Emitter } from "../../../frontend_static/core/emitter.js";
import { ShownNotifications } from "../../../frontend_static/core/shown-notifications.js";
import { Store } from "../../../frontend_static/core/store.js";
import { conversation, settled } from "./support/cast.js";

let asked;
let notifications;
let session;
let shown;

beforeEach(() => {
  asked = 0;
  notifications = ["c7", "c8", "test"].map((tag) => ({ tag, close: () => close(tag) }));
  session = Object.assign(new Emitter(), { store: new Store() });
  const registration = {
    getNotifications: async () => {
      asked += 1;
      return notifications;
    },
  };
  shown = new ShownNotifications({ session, registration: async () => registration });
});

function close(tag) {
  notifications = notifications.filter((other) => other.tag !== tag);
}

async function know(...conversations) {
  for (const one of conversations) session.store.conversations.set(one.id, one);
  session.emit("conversations");
  await settled();
}

const tags = () => notifications.map(({ tag }) => tag);

test("what was read is closed, here or elsewhere, and all else stays", async () => {
  await know(conversation({ id: 7, last: 3, unread: 1 }), conversation({ id: 8, last: 3, unread: 1 }));
  assert.deepEqual(tags(), ["c7", "c8", "test"]);
  await know(conversation({ id: 7, last: 3 }));
  assert.deepEqual(tags(), ["c8", "test"]);
});

test("the browser is asked only when something was read", async () => {
  await know(conversation({ id: 7, last: 3 }));
  await know(conversation({ id: 7, last: 3 }));
  await know(conversation({ id: 8, last: 3, unread: 2 }));
  assert.equal(asked, 1);
  await know(conversation({ id: 7, last: 4 }));
  assert.equal(asked, 2, "a message came and was read elsewhere between two polls");
});

test("whoever leaves takes all along", async () => {
  await shown.closeAll();
  assert.deepEqual(tags(), []);
});

test("without a service worker there is nothing to close", async () => {
  await new ShownNotifications({ session, registration: async () => undefined }).closeAll();
  assert.equal(asked, 0);
});
