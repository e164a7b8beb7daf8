"""What is missing or unsafe is named, and Hark does not start with it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from backend.config import startup

ROOT = Path(__file__).resolve().parents[2]
UVICORN = [sys.executable, "-m", "uvicorn", "backend.config.asgi:application", "--port", "0"]
STARTS = {
    "wsgi": [sys.executable, "-c", "import backend.config.wsgi"],
    "asgi": UVICORN,
    "worker": [sys.executable, "-m", "celery", "-A", "worker.celery", "worker", "--pool", "solo"],
}
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("E001", {"SECRET_KEY": ""}),
    ("E001", {"SECRET_KEY": "x" * 31}),
    ("E002", {"PUBLIC_URL": ""}),
    ("E002", {"PUBLIC_URL": "chat.example.org"}),
    ("E002", {"PUBLIC_URL": "ftp://chat.example.org"}),
    ("E002", {"PUBLIC_URL": "https://"}),
    ("E003", {"PUBLIC_URL": "http://chat.example.org"}),
    ("E004", {"ALLOWED_HOSTS": []}),
    ("E005", {"HARK_SIGNUP": "maybe"}),
    ("E022", {"HARK_CONSENT": "sometimes"}),
    ("E023", {"HARK_DIRECTORY": "everybody"}),
    ("E006", {"HARK_EMAIL_DELAY": -1}),
    ("E006", {"HARK_AWAY_AFTER": -1}),
    ("E007", {"HARK_DEMO": True, "PUBLIC_URL": "https://chat.example.org"}),
    ("E010", {"HARK_INBOUND_DOMAIN": "reply@example.org"}),
    ("E010", {"HARK_INBOUND_DOMAIN": "-.example.org"}),
    ("E010", {"HARK_INBOUND_DOMAIN": "reply.example.org\n"}),
    ("E010", {"HARK_INBOUND_DOMAIN": "a" * 191}),
    ("E011", {"HARK_INBOUND_LISTEN": "8025"}),
    ("E011", {"HARK_INBOUND_LISTEN": "127.0.0.1:smtp"}),
    ("E020", {"HARK_PROXIES": 0}),
    ("E020", {"HARK_PROXIES": 11}),
    ("E012", {"HARK_INBOUND_PROTOCOL": "imap"}),
    ("E013", {"HARK_INBOUND_AUTHSERV": "mail example"}),
    ("E021", {"HARK_STAFF_2FA": "yes"}),
    ("E030", {"HARK_LIMITS": "none"}),
    ("E031", {"HARK_LIMIT_RATES": ["send=fast"]}),
    ("E040", {"HARK_RETENTION_DAYS": -1}),
    ("E041", {"HARK_AUDIT_DAYS": 3}),
    ("E030", {"HARK_LIMITS": "no"}),
    ("E030", {"HARK_LIMITS": ""}),
    ("E031", {"HARK_LIMIT_RATES": ["sends=1/60"]}),
    ("E031", {"HARK_LIMIT_RATES": ["send"]}),
    ("E031", {"HARK_LIMIT_RATES": ["send=0/60"]}),
    ("E031", {"HARK_LIMIT_RATES": ["send=60"]}),
    ("E031", {"HARK_LIMIT_RATES": ["create=10/60+x"]}),
]


def found() -> list[str]:
    return [str(fault.id) for fault in run_checks() if str(fault.id).startswith("hark.")]


@pytest.mark.parametrize(("code", "broken"), FAULTS)
def test_a_check_names_each_fault(code: str, broken: dict[str, Any], settings: Any) -> None:
    for name, value in broken.items():
        setattr(settings, name, value)
    assert found() == [f"hark.{code}"]


@pytest.mark.parametrize("public_url", ["https://chat.example.org", "http://127.0.0.1:8000", "http://localhost"])
def test_good_settings_pass(public_url: str, settings: Any) -> None:
    settings.PUBLIC_URL = public_url
    assert found() == []


def test_the_last_look_is_short_and_final(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    startup.refuse_unsafe_settings()
    settings.PUBLIC_URL = ""
    with pytest.raises(SystemExit) as end:
        startup.refuse_unsafe_settings()
    assert end.value.code == startup.CANNOT_START
    assert capsys.readouterr().err.startswith("Hark does not start.\nhark.E002: PUBLIC_URL is missing")


@pytest.mark.parametrize("command", STARTS.values(), ids=STARTS)
def test_it_does_not_start_without_a_key_and_an_address(command: list[str], tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "PUBLIC_URL"}}
    environment["HARK_VAR"] = str(tmp_path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "hark.E001: SECRET_KEY is missing" in done.stderr
    assert "hark.E002: PUBLIC_URL is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_bin_run_wrote_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("HARK_SIGNUP=open\nPUBLIC_URL=http://127.0.0.1:1\n")
    environment = {name: value for name, value in os.environ.items() if name != "HARK_SIGNUP"}
    environment |= {"HARK_VAR": str(tmp_path), "PUBLIC_URL": "http://127.0.0.1:2/"}
    code = "from backend.config import settings as s; print(s.HARK_SIGNUP, s.PUBLIC_URL, s.DEBUG)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["open", "http://127.0.0.1:2", "False"], done.stderr


@pytest.mark.parametrize(
    ("public_url", "names"),
    [
        ("https://chat.example.org", ["__Host-sessionid", "__Host-csrftoken"]),
        ("http://127.0.0.1:8000", ["sessionid", "csrftoken"]),  # a browser refuses the prefix without https
    ],
)
def test_with_https_no_other_host_of_the_site_can_set_our_cookies(
    public_url: str, names: list[str], tmp_path: Path
) -> None:
    code = (
        "from backend.config import settings as s\n"
        "assert s.SESSION_COOKIE_SECURE == s.CSRF_COOKIE_SECURE == s.PUBLIC_URL.startswith('https')\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    )
    environment = {**os.environ, "HARK_VAR": str(tmp_path), "PUBLIC_URL": public_url}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == names, done.stderr
