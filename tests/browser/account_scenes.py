"""Scenes of one's own account: before the sign-in, and in the settings. See scenes.py.

What takes a day, a worker or somebody else to come about is answered by the scene in the server's place.
"""

import json
from collections.abc import Generator
from typing import Any

from playwright.sync_api import Page, Route

from tests.browser.device import Device
from tests.browser.scenes import scene, shown
from tests.browser.stage import Stage
from tests.conftest import PASSWORD

Play = Generator[None, None, None]
LOGIN = "**/auth/login"
FACTOR = "**/auth/second-factor"
EXPORTS = "**/me/exports"
AUDIT = "**/me/audit?**"
CODES = [f"7k3m-9xq2-hw4t-0zd{digit}" for digit in range(10)]
EXPORTED = [
    {"state": "waiting", "expires_at": None, "size": None, "url": None},
    {"state": "ready", "expires_at": "2026-11-24T08:00:00Z", "size": 2_345_678, "url": "/exports/1"},
    {"state": "failed", "expires_at": None, "size": None, "url": None},
    {"state": "expired", "expires_at": "2026-11-20T08:00:00Z", "size": 12, "url": None},
]
HAPPENED = ["sign_in", "sign_in_refused", "password_changed", "messages_read", "recovery_code_used", "of_tomorrow"]


def answers(page: Page, address: str, body: Any, status: int = 200, **headers: str) -> None:
    """From now on this is what the server says there."""
    kind = "application/json" if status < 300 else "application/problem+json"
    text = json.dumps(body)
    page.route(address, lambda route: route.fulfill(status=status, content_type=kind, body=text, headers=headers))


def refuses(page: Page, address: str, code: str, status: int = 401, **headers: str) -> None:
    answers(page, address, {"status": status, "code": code, "title": code, "detail": code}, status, **headers)


def signs_in(page: Page) -> None:
    shown(page, "#sign-in-email").fill("frank@example.com")
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in-password").press("Enter")


# Before the sign-in


@scene("stranger", "/")
def sign_in_code(stage: Stage, device: Device) -> Play:
    refuses(device.page, LOGIN, "second_factor_required")
    signs_in(device.page)
    shown(device.page, "#sign-in-second")
    yield
    device.page.unroute(LOGIN)


@scene("stranger", "/")
def sign_in_code_wrong(stage: Stage, device: Device) -> Play:
    refuses(device.page, LOGIN, "second_factor_required")
    signs_in(device.page)
    shown(device.page, "#to-recovery button").click()
    device.page.unroute(LOGIN)
    refuses(device.page, LOGIN, "second_factor_invalid")
    device.page.locator("#sign-in-code").fill(CODES[0])
    device.page.locator("#sign-in-code").press("Enter")
    shown(device.page, "#sign-in-error:not(:empty)")
    yield
    device.page.unroute(LOGIN)


@scene("stranger", "/")
def sign_in_too_often(stage: Stage, device: Device) -> Play:
    refuses(device.page, LOGIN, "too_many_attempts", 429, **{"Retry-After": "700"})
    signs_in(device.page)
    shown(device.page, "#sign-in-error:not(:empty)")
    shown(device.page, "#sign-in-reveal").click()
    yield
    device.page.unroute(LOGIN)


@scene("stranger", "/")
def forgot(stage: Stage, device: Device) -> Play:
    shown(device.page, "#to-forgot button").click()
    shown(device.page, "#forgot-form")
    yield


@scene("stranger", "/")
def forgot_done(stage: Stage, device: Device) -> Play:
    answers(device.page, "**/auth/password/forgot", None, 202)
    shown(device.page, "#to-forgot button").click()
    device.page.locator("#forgot-email").fill("frank@example.com")
    device.page.locator("#forgot-email").press("Enter")
    shown(device.page, "#forgot-done")
    yield
    device.page.unroute("**/auth/password/forgot")


@scene("stranger", "/#goodbye")
def farewell(stage: Stage, device: Device) -> Play:
    device.page.reload()
    shown(device.page, "#farewell")
    yield


# The settings


@scene("alice", "/settings#general")
def settings_general(stage: Stage, device: Device) -> Play:
    shown(device.page, "#language")
    yield


@scene("alice", "/settings#security")
def settings_security(stage: Stage, device: Device) -> Play:
    answers(device.page, AUDIT, {"entries": [happened(*each) for each in enumerate(HAPPENED)], "next": 1})
    device.page.reload()
    shown(device.page, "#account-sessions li")
    shown(device.page, "#account-tokens li")
    shown(device.page, "#account-activity li")
    yield
    device.page.unroute(AUDIT)


def happened(number: int, event: str) -> dict[str, Any]:
    actor = {"id": 0, "name": "Bob Marsh"} if event == "messages_read" else None
    return {"id": number, "at": f"2026-11-23T0{9 - number}:30:00Z", "event": event, "actor": actor, "detail": {}}


@scene("alice", "/settings#security")
def settings_security_end(stage: Stage, device: Device) -> Play:
    """The lower half of it, before anything has happened."""
    answers(device.page, AUDIT, {"entries": [], "next": None})
    device.page.reload()
    shown(device.page, "#account-activity .settings-empty").scroll_into_view_if_needed()
    yield
    device.page.unroute(AUDIT)


@scene("alice", "/settings#security")
def settings_unreachable(stage: Stage, device: Device) -> Play:
    device.page.route(FACTOR, lambda route: route.abort())
    device.page.reload()
    shown(device.page, "#factor-status:not(:empty)")
    yield
    device.page.unroute(FACTOR)


@scene("alice", "/settings#security")
def second_factor_needed(stage: Stage, device: Device) -> Play:
    answers(device.page, FACTOR, {"enabled": False, "required": True, "recovery_codes_left": 0})
    device.page.reload()
    shown(device.page, "#account-factor .is-needed")
    yield
    device.page.unroute(FACTOR)


@scene("alice", "/settings#security")
def password_dialog(stage: Stage, device: Device) -> Play:
    shown(device.page, "#account-password button").click()
    fields = device.page.locator(".account-dialog input:visible")
    fields.first.fill("not my password")
    fields.last.fill("a lamp in the harbour")
    fields.last.press("Enter")
    shown(device.page, ".account-dialog .form-error:not(:empty)")
    yield
    device.page.keyboard.press("Escape")


@scene("alice", "/settings#security")
def address_dialog(stage: Stage, device: Device) -> Play:
    shown(device.page, "#account-address button").click()
    shown(device.page, ".account-dialog")
    yield
    device.page.keyboard.press("Escape")


@scene("alice", "/settings#security")
def second_factor_scan(stage: Stage, device: Device) -> Play:
    scans(device.page)
    device.page.locator(".account-dialog #field-appCode").fill("000000")
    device.page.keyboard.press("Enter")
    shown(device.page, ".account-dialog .form-error:not(:empty)")
    yield
    device.page.keyboard.press("Escape")


def scans(page: Page) -> None:
    shown(page, "#account-factor .button-primary").click()
    shown(page, ".account-dialog input:visible").fill(PASSWORD)
    page.keyboard.press("Enter")
    shown(page, ".account-qr")


@scene("alice", "/settings#security")
def recovery_codes(stage: Stage, device: Device) -> Play:
    scans(device.page)
    device.page.route(FACTOR, lambda route: turned_on(route))
    device.page.locator(".account-dialog #field-appCode").fill("123 456")
    device.page.keyboard.press("Enter")
    shown(device.page, ".recovery-codes-list")
    yield
    device.page.unroute(FACTOR)


def turned_on(route: Route) -> None:
    state = {"enabled": True, "required": False, "recovery_codes_left": len(CODES)}
    route.fulfill(json={"recovery_codes": CODES} if route.request.method == "PUT" else state)


@scene("alice", "/settings#security")
def second_factor_off(stage: Stage, device: Device) -> Play:
    device.page.route(FACTOR, lambda route: turned_on(route))
    device.page.reload()
    shown(device.page, "#account-factor .account-actions button:last-child").click()
    shown(device.page, ".account-dialog")
    yield
    device.page.keyboard.press("Escape")
    device.page.unroute(FACTOR)


@scene("alice", "/settings#security")
def sign_out_everywhere(stage: Stage, device: Device) -> Play:
    shown(device.page, "#account-sessions .account-body > .button").click()
    shown(device.page, ".account-dialog")
    yield
    device.page.keyboard.press("Escape")


@scene("alice", "/settings#data")
def settings_data(stage: Stage, device: Device) -> Play:
    made = [
        {"id": number, "created_at": f"2026-11-2{3 - number}T08:00:00Z", **each} for number, each in enumerate(EXPORTED)
    ]
    answers(device.page, EXPORTS, {"exports": made})
    device.page.reload()
    shown(device.page, "#account-export li")
    yield
    device.page.unroute(EXPORTS)


@scene("alice", "/settings#data")
def export_dialog(stage: Stage, device: Device) -> Play:
    """It turns out that a code is needed too."""
    refuses(device.page, EXPORTS, "second_factor_required")
    shown(device.page, "#account-export .account-body > .button").click()
    shown(device.page, ".account-dialog input:visible").fill(PASSWORD)
    device.page.keyboard.press("Enter")
    shown(device.page, ".account-dialog #field-code")
    yield
    device.page.keyboard.press("Escape")
    device.page.unroute(EXPORTS)


@scene("alice", "/settings#data")
def erase_dialog(stage: Stage, device: Device) -> Play:
    shown(device.page, "#account-erase .button-danger").click()
    shown(device.page, ".account-dialog")
    yield
    device.page.keyboard.press("Escape")
