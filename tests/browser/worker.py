"""The service worker of a page, driven as a push service and a person would: by the browser's debugging protocol."""

import json
from typing import Any

from playwright.sync_api import CDPSession, Worker

from tests.browser.device import Device

# The page registers it by itself, when it has nothing else to do.
READY = """async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== "activated") {
        await new Promise((resolve) => active.addEventListener("statechange", resolve, { once: true }));
    }
}"""
SHOWN = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    const shown = await registration.getNotifications();
    return shown.map(({ title, body, tag, lang, dir, renotify, timestamp, icon, badge, data }) =>
        ({ title, body, tag, lang, dir, renotify, timestamp, icon, badge, data }));
}"""
# A look at the notifications in the very moment in which Chromium puts one up makes it forget that one: so a test looks
# when the worker is done with the push. And one that nobody touches goes by itself after some seconds: here it stays,
# or a test that waits for it to be closed would pass without.
PREPARE = """() => {
    const { pushed } = self;
    const show = registration.showNotification.bind(registration);
    registration.showNotification = (title, options) => show(title, { ...options, requireInteraction: true });
    self.handled = 0;
    self.pushed = (data) => pushed(data).finally(() => (self.handled += 1));
}"""
CLOSE_ALL = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    for (const notification of await registration.getNotifications()) notification.close();
}"""
# Events of a script have no waitUntil and may neither focus nor open a window: those three are written down instead.
DISPATCH = """async ({ type, tag }) => {
    const [notification] = tag ? await registration.getNotifications({ tag }) : [];
    const event = tag ? new NotificationEvent(type, { notification }) : new Event(type);
    const asked = { opened: [], focused: 0 };
    let work;
    event.waitUntil = (promise) => (work = promise);
    self.clients.openWindow = async (url) => void asked.opened.push(url);
    WindowClient.prototype.focus = async function () { asked.focused += 1; };
    self.dispatchEvent(event);
    await work;
    return asked;
}"""


class ServiceWorker:
    """What it is told, and what it shows."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self._ids: list[str] = []
        self._cdp: CDPSession = device.context.new_cdp_session(device.page)
        self._cdp.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self._cdp.send("ServiceWorker.enable")
        device.until(lambda: bool(self._ids and self._worker), "the service worker is there")
        self.worker.evaluate(PREPARE)
        self._pushed = 0

    def _note(self, event: dict[str, Any]) -> None:
        self._ids = [each["registrationId"] for each in event["registrations"] if not each["isDeleted"]] or self._ids

    @property
    def _worker(self) -> Worker | None:
        workers = self.device.context.service_workers
        return workers[-1] if workers else None

    @property
    def worker(self) -> Worker:
        assert self._worker
        return self._worker

    def push(self, payload: Any) -> None:
        """A push arrives with this as JSON, or with this text; return when the worker has dealt with it."""
        data = payload if isinstance(payload, str) else json.dumps(payload)
        where = {"origin": self.device.url, "registrationId": self._ids[-1]}
        self._cdp.send("ServiceWorker.deliverPushMessage", {**where, "data": data})
        self._pushed += 1
        handled = self.worker.evaluate
        self.device.until(lambda: handled("self.handled") == self._pushed, "the worker has dealt with the push")

    def shown(self) -> list[dict[str, Any]]:
        """The notifications on the screen."""
        shown: list[dict[str, Any]] = self.device.page.evaluate(SHOWN)
        return shown

    def tags(self) -> list[str]:
        return sorted(each["tag"] for each in self.shown())

    def close_all(self) -> None:
        self.device.page.evaluate(CLOSE_ALL)
        self.wait_for_tags()

    def wait_for_tags(self, *tags: str) -> None:
        self.device.until(lambda: self.tags() == sorted(tags), f"{tags} are shown, and no others")

    def click(self, tag: str) -> dict[str, Any]:
        """Somebody clicks a notification. What the worker then asked for: {"opened": [paths], "focused": count}."""
        asked: dict[str, Any] = self.worker.evaluate(DISPATCH, {"type": "notificationclick", "tag": tag})
        return asked

    def lose_subscription(self) -> None:
        """The push service ends the subscription; returns when the worker has dealt with it."""
        self.worker.evaluate(DISPATCH, {"type": "pushsubscriptionchange", "tag": None})


def start_service_worker(device: Device) -> ServiceWorker:
    """The page's service worker, in a browser that shows notifications."""
    device.page.evaluate(READY)
    return ServiceWorker(device)


def payload(conversation: int, **fields: Any) -> dict[str, Any]:
    """What the server pushes for a conversation."""
    tag = f"c{conversation}"
    said = {"title": "Bob", "body": "Are you there?", "lang": "en", "dir": "ltr", "timestamp": 1_795_000_000_000}
    return {
        "tag": tag,
        "url": f"/c/{conversation}",
        "conversation": conversation,
        "unread_tags": [tag],
        **said,
        **fields,
    }
