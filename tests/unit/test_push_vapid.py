"""The key of this server: made once, kept to itself, the same for all of its processes."""

import json
import os
import stat
import subprocess
import sys
from base64 import urlsafe_b64encode
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from backend.notifications.push import vapid
from backend.notifications.push.keys import base64url, base64url_decode

ROOT = Path(__file__).resolve().parents[2]
KEY = ec.generate_private_key(ec.SECP256R1())
RAW = base64url(KEY.private_numbers().private_value.to_bytes(32))
PKCS8 = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
SEC1 = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
DER = urlsafe_b64encode(KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()
ENCRYPTED = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode()
RSA = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
P384 = ec.generate_private_key(ec.SECP384R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def var(tmp_path: Path, settings: Any) -> Path:
    settings.HARK_VAR = tmp_path / "var"
    return tmp_path / "var"


def faults() -> list[str]:
    return [str(fault.id) for fault in run_checks() if str(fault.id).startswith("hark.")]


@pytest.mark.parametrize(
    "given", [PKCS8, SEC1, PKCS8.replace("\n", "\\n"), RAW, f"{RAW}=", DER, f" {RAW}\n"], ids=count()
)
def test_a_given_key_may_be_written_in_several_ways(given: str, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = given
    assert vapid.private_key().private_numbers() == KEY.private_numbers()
    assert len(base64url_decode(vapid.public_key())) == 65
    assert faults() == []


@pytest.mark.parametrize(
    "given",
    ["x", "a b", base64url(bytes(32)), base64url(b"\xff" * 32), RAW[:-2], PKCS8[:100], ENCRYPTED, RSA, P384, "é"],
    ids=count(),  # the keys are made anew each time, and names of tests must not be
)
def test_a_malformed_key_is_named_and_not_shown(given: str, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = given
    assert faults() == ["hark.E021"]
    with pytest.raises(ValueError, match="private key|curve") as fault:
        vapid.private_key()
    assert given not in str(fault.value) or len(given) < 4


def test_a_key_is_made_once_for_its_owner_only(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert faults() == []
    assert not var.exists(), "a check makes nothing"
    call_command("vapid")
    made = capsys.readouterr().out.strip()
    assert len(base64url_decode(made)) == 65
    assert stat.S_IMODE((var / "vapid.pem").stat().st_mode) == 0o600
    assert [file.name for file in var.iterdir()] == ["vapid.pem"]
    vapid._loaded.cache_clear()
    call_command("vapid")
    assert capsys.readouterr().out.strip() == made == vapid.public_key()


def test_a_given_key_goes_before_the_file(var: Path, settings: Any) -> None:
    kept = vapid.public_key()
    settings.VAPID_PRIVATE_KEY = RAW
    assert vapid.public_key() != kept


def test_a_broken_file_is_not_overwritten(var: Path) -> None:
    var.mkdir()
    (var / "vapid.pem").write_text("no key")
    assert faults() == ["hark.E021"]
    with pytest.raises(CommandError, match="There is no VAPID key"):
        call_command("vapid")
    assert (var / "vapid.pem").read_text() == "no key"


def test_where_no_key_can_be_kept_the_command_says_so(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "file").touch()
    settings.HARK_VAR = tmp_path / "file"
    with pytest.raises(CommandError, match="There is no VAPID key"):
        call_command("vapid")


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "vapid"]
    environment = {**os.environ, "HARK_VAR": str(tmp_path)}
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    keys = {process.communicate(timeout=60)[0].strip() for process in running}
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["vapid.pem"]


def test_the_subject_is_the_address_of_the_house(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = '"Hark, the chat" <hark@example.org>'
    assert vapid.subject() == "mailto:hark@example.org"
    settings.VAPID_SUBJECT = "https://example.org/contact"
    assert vapid.subject() == "https://example.org/contact"
    assert faults() == []


@pytest.mark.parametrize(
    "subject",
    ["hark@example.org", "mailto: hark@example.org", "mailto:<hark@example.org>", "mailto:", "http://example.org", "x"],
)
def test_a_subject_that_a_service_refuses_is_named(subject: str, settings: Any) -> None:
    settings.VAPID_SUBJECT = subject
    assert faults() == ["hark.E022"]


def test_a_malformed_list_of_hosts_is_named(settings: Any) -> None:
    settings.HARK_PUSH_HOSTS = ["fcm.googleapis.com", "https://push.example.com", "10.0.0.1"]
    assert faults() == ["hark.E020", "hark.E020"]


def test_the_settings_come_from_the_environment(tmp_path: Path) -> None:
    given = {"HARK_PUSH_HOSTS": "push.example.com,127.0.0.1:9090", "VAPID_SUBJECT": "https://example.org"}
    environment = {**os.environ, **given, "HARK_VAR": str(tmp_path), "VAPID_PRIVATE_KEY": RAW}
    code = (
        "import json; from backend.config import settings as s;"
        "print(json.dumps([s.HARK_PUSH_HOSTS, s.VAPID_SUBJECT, s.VAPID_PRIVATE_KEY]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert json.loads(done.stdout) == [["push.example.com", "127.0.0.1:9090"], "https://example.org", RAW]
