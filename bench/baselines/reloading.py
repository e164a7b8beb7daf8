"""The baseline `channels_reload` as it runs: uvicorn, in a virtual environment that is kept for the next time."""

import hashlib
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from stack import processes
from stack.environment import process_environment, var_folder

from bench.harness import http, server
from bench.harness.lab import Lab
from bench.harness.site import Site, behind_a_wire
from bench.harness.tab import Tab

PROJECT = "bench.baselines.channels_reload"
DATABASE = "channels_reload"
LOCK = Path(__file__).with_name("channels_reload") / "requirements.txt"
ELSEWHERE = "/"
# As Hark's web process is started, and with WebSockets.
WEB = ("--host", "127.0.0.1", "--port", "{port}", "--ws", "auto", "--timeout-graceful-shutdown", "5")
QUIET = ("--no-server-header", "--no-access-log", "--log-level", "warning")
IS_UP = "() => { try { return socket.readyState === WebSocket.OPEN; } catch { return false; } }"


@contextmanager
def running(lab: Lab, browser: Browser) -> Iterator[Site]:
    """Inside, the page is open and signed in."""
    python = _installed(lab.folder)
    settings = lab.settings(DATABASE)
    made = lab.fill(f"{PROJECT}.fill", DATABASE, {"messages": lab.sizes.return_history}, python)
    reader, writer = made["cookies"]
    path = f"/conversations/{made['conversation']}/"
    csrf = secrets.token_hex(16)
    fields = {"Cookie": f"sessionid={writer}; csrftoken={csrf}", "X-CSRFToken": csrf}
    command: list[str | Path] = [python.with_name("uvicorn"), f"{PROJECT}.asgi:application", *WEB, *QUIET]

    def send(text: str) -> bytes:
        return http.raw("POST", f"{path}messages/", fields, json.dumps({"text": text}).encode())

    with behind_a_wire(lambda: server.running("channels reload", command, lab.folder, settings)) as (wire, process):
        address = f"http://127.0.0.1:{wire.port}"
        context = browser.new_context()
        context.add_cookies([{"name": "sessionid", "value": reader, "url": address}])
        tab = Tab(context)
        tab.page.goto(address + path)
        site = Site(
            lambda: server.running("channels reload", command, lab.folder, settings),
            send,
            wire,
            tab,
            ELSEWHERE,
            lambda: _is_up(tab),
            process,
        )
        site.rest()
        yield site


def _is_up(tab: Tab) -> bool:
    try:
        return bool(tab.page.evaluate(IS_UP))
    except PlaywrightError:  # it reloads at this moment
        return False


def _installed(work: Path) -> Path:
    """The Python of the virtual environment. Raises Refused where it can not be had."""
    venv = var_folder() / f"channels-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    python = venv / "bin" / "python"
    if not (venv / "installed").exists():
        with processes.step("Installing Django Channels"):
            log, environment = work / "channels-install.log", process_environment({})
            processes.run([sys.executable, "-m", "venv", "--clear", venv], log, environment)
            pip: list[str | Path] = [python, "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
            processes.run([*pip, "--no-deps", "--require-hashes", "--requirement", LOCK], log, environment)
        (venv / "installed").touch()
    return python
