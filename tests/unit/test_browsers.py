"""What a browser is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts.browsers import browser_name

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
APPLE = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) {} Safari/605.1.15"
IPHONE = "iPhone; CPU iPhone OS 18_0 like Mac OS X"
AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0": "Firefox on Android",
    CHROME.format("Windows NT 10.0; Win64; x64"): "Chrome on Windows",
    CHROME.format("Linux; Android 10; K"): "Chrome on Android",
    CHROME.format("X11; CrOS x86_64 14541.0.0"): "Chrome on ChromeOS",
    CHROME.format("Windows NT 10.0; Win64; x64") + " Edg/140.0.0.0": "Edge on Windows",
    CHROME.format("X11; Linux x86_64") + " OPR/120.0.0.0": "Opera on Linux",
    APPLE.format("Macintosh; Intel Mac OS X 10_15_7", "Version/18.0"): "Safari on macOS",
    APPLE.format(IPHONE, "Version/18.0 Mobile/15E148"): "Safari on iPhone",
    APPLE.format("iPad; CPU OS 18_0 like Mac OS X", "CriOS/140.0 Mobile/15E148"): "Chrome on iPad",
    "curl/8.0": "Browser",
    "": "Browser",
}


@pytest.mark.parametrize(("agent", "name"), AGENTS.items(), ids=AGENTS.values())
def test_a_browser_is_named_after_what_it_says(agent: str, name: str) -> None:
    assert browser_name(agent) == name


@given(st.text())
def test_a_name_is_never_what_the_field_says(agent: str) -> None:
    name = browser_name(f"{agent} Firefox/1 Linux\r\nX: y")
    assert name.isascii()
    assert name.replace(" ", "").isalpha()
