"""`manage.py adduser`: where the password comes from, and what the command prints."""

import io
import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from stack.environment import process_environment

from backend.accounts.models import User
from tests.conftest import PASSWORD
from tests.support.database import database_url

ROOT = Path(__file__).resolve().parents[2]
ADDUSER = [sys.executable, "manage.py", "adduser", "erin@example.com", "--name", "Erin"]
PATIENCE = 120  # seconds for a command to end


def environment() -> dict[str, str]:
    return process_environment({"DATABASE_URL": database_url(), "PUBLIC_URL": "http://127.0.0.1"})


@pytest.mark.parametrize(
    ("extra", "token", "rights"),
    [
        ([], False, (False, False)),
        (["--token", "--staff"], True, (True, False)),
        (["--superuser"], False, (True, True)),
    ],
)
def test_it_prints_one_line_of_json(extra: list[str], token: bool, rights: tuple[bool, bool], db: None) -> None:
    out = StringIO()
    call_command("adduser", "Erin@Example.com", "--name", "Erin", "--password", PASSWORD, *extra, stdout=out)
    (line,) = out.getvalue().splitlines()
    made = json.loads(line)
    user = User.objects.get()
    assert made == {"id": user.id, "email": "erin@example.com", "token": made["token"]}
    assert (user.is_staff, user.is_superuser, made["token"] is not None) == (*rights, token)
    if token:
        answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {made['token']}"})
        assert answer.json()["id"] == user.id


@pytest.mark.parametrize(
    ("email", "name", "parameter"),
    [("ALICE@example.com", "Alice", "email"), ("no address", "Erin", "email"), ("erin@example.com", " ", "name")],
)
def test_it_refuses(email: str, name: str, parameter: str, alice: User) -> None:
    with pytest.raises(CommandError, match=f"^{parameter}: "):
        call_command("adduser", email, name=name, password=PASSWORD)
    assert User.objects.count() == 1


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nanother line\n"])
def test_standard_input_gives_the_password(end: str, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + end))
    call_command("adduser", "erin@example.com", "--name", "Erin", "--password-stdin", stdout=StringIO())
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("given", ["", "\n", "short\n"])
def test_a_password_from_standard_input_is_checked_too(given: str, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    with pytest.raises(CommandError, match="^password: "):
        call_command("adduser", "erin@example.com", "--name", "Erin", "--password-stdin")
    assert not User.objects.exists()


def test_it_takes_one_password_only(db: None) -> None:
    both: dict[str, Any] = {"stdout": StringIO(), "stderr": StringIO()}
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("adduser", "erin@example.com", "--name=E", "--password=x", "--password-stdin", **both)


def test_without_a_terminal_it_does_not_ask(transactional_db: None) -> None:
    done = subprocess.run(
        ADDUSER, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 1 and "--password-stdin" in done.stderr


@pytest.mark.parametrize(("second", "status"), [(PASSWORD, 0), ("something else", 1)])
def test_at_a_terminal_it_asks_twice_and_shows_nothing(second: str, status: int, transactional_db: None) -> None:
    shown, code = at_a_terminal(ADDUSER, [PASSWORD, second])
    assert code == status, shown
    assert shown.count("Password") == 2 and PASSWORD not in shown
    assert User.objects.filter(email="erin@example.com").exists() == (status == 0)


def at_a_terminal(command: list[str], lines: list[str]) -> tuple[str, int]:
    """What the terminal shows of a command that is given a line at each prompt, and the status it ends with."""
    ours, theirs = pty.openpty()
    ends = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True, **ends)
    os.close(theirs)
    shown, given = "", 0
    while part := read(ours):
        shown += part
        if given < len(lines) and shown.count(": ") > given:
            os.write(ours, f"{lines[given]}\n".encode())
            given += 1
    os.close(ours)
    return shown, process.wait(PATIENCE)


def read(terminal: int) -> str:
    """What comes next; empty at the end, which Linux tells by an error."""
    with suppress(OSError):
        return os.read(terminal, 1024).decode(errors="replace")
    return ""
