"""bin/bench: what it refuses, that it leaves nothing behind, and that the people it makes are as if they had talked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from django.test import Client

from backend.accounts.models import User
from bench import world
from bench.harness.readers import POSITIONS

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60  # seconds, on a busy machine


def bench(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HARK_VAR": str(var)}
    return subprocess.run(
        [ROOT / "bin" / "bench", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )


@pytest.mark.parametrize(
    ("argument", "line"),
    [
        ("idel", "There is no part idel."),
        ("--fast", "There is no option --fast."),
    ],
)
def test_what_it_does_not_know_is_refused_with_its_usage(tmp_path: Path, argument: str, line: str) -> None:
    answer = bench(tmp_path, "idle", argument)
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[0] == line
    assert "idle delta page send" in answer.stderr
    assert answer.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_help_names_the_parts(tmp_path: Path) -> None:
    answer = bench(tmp_path, "--help")
    assert answer.returncode == 0
    assert "idle delta page send latency" in answer.stdout


@pytest.mark.parametrize("moment", ["Filling", "begin to wait"])
def test_it_can_be_stopped_and_leaves_nothing(tmp_path: Path, moment: str) -> None:
    output = tmp_path / "output"
    var = tmp_path / "var"
    var.mkdir()
    with output.open("wb") as opened:
        process = subprocess.Popen(
            [ROOT / "bin" / "bench", "--quick", "latency"],
            env=os.environ | {"HARK_VAR": str(var)},
            stdin=subprocess.DEVNULL,
            stdout=opened,
            stderr=opened,
        )
    deadline = time.monotonic() + TIMEOUT
    while moment not in output.read_text():
        assert process.poll() is None and time.monotonic() < deadline, output.read_text()
        time.sleep(0.05)
    ours = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(TIMEOUT) == 128 + signal.SIGTERM
    assert not psutil.wait_procs(ours, timeout=TIMEOUT)[1]
    assert list(var.iterdir()) == []


def sync(token: str, place: str) -> dict[str, object]:
    response = Client().get(f"/api/v1/sync?{place}", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200, response.content
    answer: dict[str, object] = response.json()
    return answer


def position(user_id: int) -> tuple[int, int, int]:
    """(cursor, conversation, after), as bin/bench finds them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(POSITIONS, [[user_id]])
        ((_, feed_rev, conversation, rev),) = cursor.fetchall()
    return feed_rev, conversation, rev


@pytest.mark.django_db
def test_its_pairs_have_talked_and_read_everything() -> None:
    made = world.make({"pairs": 2, "messages": 7, "groups": [5]})
    assert (len(made["people"]), len(made["groups"][0])) == (4, 5)
    user_id, token = made["people"][2]
    cursor, conversation, after = position(user_id)
    assert sync(token, f"cursor={cursor}")["conversations"] == []

    behind = sync(token, f"cursor={cursor - 1}&conversation={conversation}&after={after - 1}")
    (c,), (m,) = behind["conversations"], behind["messages"]  # type: ignore[misc]
    assert c["participants"] == [
        {"id": id_, "name": User.objects.get(id=id_).name, "is_staff": False, "look_alike": False, "read_seq": 7}
        for id_, _ in made["people"][2:]
    ]
    assert (c["unread"], c["last_seq"], m["seq"], behind["after"]) == (0, 7, 7, after)


@pytest.mark.django_db
def test_its_readers_have_few_and_many_conversations_and_share_the_messages() -> None:
    few, many = world.make({"readers": [2, 5], "messages": 20, "tokens": 3})["readers"]
    for credentials, conversations in ((few, 2), (many, 5)):
        assert len({token for _, token in credentials}) == 3
        listed = sync(credentials[0][1], "")["conversations"]
        assert [c["last_seq"] for c in listed] == [10] + (conversations - 1) * [1]  # type: ignore[attr-defined]
        assert position(credentials[0][0])[2] == 10


@pytest.mark.parametrize("project", ["drf_polling", "naive_celery"])
def test_the_baselines_are_django_projects_without_faults(project: str) -> None:
    command = [sys.executable, "-m", "django", "check", "--settings", f"bench.baselines.{project}.settings"]
    subprocess.run(command, cwd=ROOT, check=True)
