"""Finds a browser for the tests, or gets one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)


def find_browser() -> str:
    """The path of Chromium or Chrome; empty if there is none and none could be installed."""
    return os.environ.get("HARK_TEST_BROWSER") or _installed() or _from_debian() or _from_playwright()


def find_shell() -> str:
    """The path of Chromium's headless shell; empty if there is none.

    It has no windows: opening a page takes a third less of the processor. Notifications are always refused there.
    """
    return os.environ.get("HARK_TEST_SHELL") or _installed(SHELLS)


def _installed(programs: Sequence[str] = PROGRAMS) -> str:
    return next((path for name in programs if (path := shutil.which(name)) and _works(path)), "")


def _works(path: str) -> bool:
    """Ubuntu's chromium-browser is only a hint to install a snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _from_debian() -> str:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return ""
    print("Installing Chromium from the distribution's packages ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", "update"], env=environment)
    subprocess.run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "chromium"], env=environment)
    return _installed()


def _from_playwright() -> str:
    print("Downloading Playwright's Chromium ...", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    asked = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if path and _works(path) else ""
