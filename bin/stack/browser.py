"""Finds a browser for the tests, or gets one.

The headless shell is preferred: it is Chromium without windows, so opening a page takes a third less of the processor.
"""

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium-headless-shell", "chromium")  # of Debian; older ones have only the second
PROGRAMS = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)


def find_browser() -> str:
    """The path of Chromium or Chrome; empty if there is none and none could be installed."""
    return os.environ.get("HARK_TEST_BROWSER") or _installed() or _from_debian() or _from_playwright()


def _installed() -> str:
    return next((path for name in PROGRAMS if (path := shutil.which(name)) and _works(path)), "")


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
    for package in PACKAGES:
        subprocess.run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", package], env=environment)
        if path := _installed():
            return path
    return ""


def _from_playwright() -> str:
    print("Downloading Playwright's Chromium ...", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    asked = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if path and _works(path) else ""
