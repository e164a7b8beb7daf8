"""The edge at which a browser would talk to its vendor's push service, which no test reaches: a PushManager that hands
out the subscription of a push service of the tests instead. All else is the browser's own."""

import json
from typing import Any

from playwright.sync_api import BrowserContext

from tests.browser.worker import ServiceWorker

# What is subscribed outlives a reload, as it does in a browser.
FAKE = """(given) => {
    const MARK = "test-push-key";
    const binary = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = (text) => Uint8Array.from(binary(text), (byte) => byte.charCodeAt(0));
    const made = (key) => ({
        endpoint: given.endpoint,
        options: { applicationServerKey: bytes(key).buffer },
        toJSON: () => ({ ...given, expirationTime: null }),
        unsubscribe: async () => { localStorage.removeItem(MARK); return true; },
    });
    PushManager.prototype.getSubscription = async () => {
        const key = localStorage.getItem(MARK);
        return key ? made(key) : null;
    };
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
        if (!userVisibleOnly || !navigator.userActivation.hasBeenActive) throw new DOMException("", "NotAllowedError");
        localStorage.setItem(MARK, applicationServerKey);
        return made(applicationServerKey);
    };
}"""
# A worker has no localStorage: it notes what it was asked for, and who it was asked by.
FAKE_IN_WORKER = """(given) => {
    PushManager.prototype.subscribe = async (options) => {
        self.askedFor = options.applicationServerKey;
        return { endpoint: given.endpoint, toJSON: () => ({ ...given, expirationTime: null }) };
    };
}"""


def fake_push_manager(context: BrowserContext, subscription: dict[str, Any]) -> None:
    """Whoever subscribes in this browser gets this: {"endpoint","keys"}."""
    context.add_init_script(f"({FAKE})({json.dumps(subscription)})")


def fake_push_manager_in(worker: ServiceWorker, subscription: dict[str, Any]) -> None:
    worker.worker.evaluate(FAKE_IN_WORKER, subscription)
