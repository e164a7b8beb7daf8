"""For load balancers, operators and Prometheus."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from backend.accounts.services import user_create
from backend.chat.models import Participant
from backend.config import readiness
from backend.live import store
from backend.notifications.models import Burst, Delivery
from backend.privacy.models import Erasure, Export
from tests.conftest import PASSWORD, Api, switch_off


@pytest.fixture(autouse=True)
def looks_anew() -> Iterator[None]:
    """What the last test found is not this one's."""
    readiness.lookout.forget()
    yield
    readiness.lookout.forget()


@pytest.fixture
def no_redis(settings: Any) -> Iterator[None]:
    """Nobody listens where Redis should be."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    store.client.cache_clear()
    store._rest_until = 0.0
    yield
    store.client.cache_clear()
    store._rest_until = 0.0


def test_healthz_answers_without_a_query(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_is_ready_when_all_is_well(db: None) -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200
    checks = {"database": "ok", "migrations": "ok", "redis": "ok", "worker": "ok"}
    assert response.json() == {"status": "ready", "checks": checks, "limits": "on"}
    assert "no-store" in response["Cache-Control"]


def test_readyz_is_degraded_without_redis(no_redis: None, db: None) -> None:
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["checks"]["redis"] == "failing"
    assert response.json()["checks"]["database"] == "ok"


def test_readyz_is_degraded_when_notifications_are_late(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(readiness, "OVERDUE", "SELECT 300.0")
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["checks"]["worker"] == "failing"
    assert "300 s" in readiness.lookout.readiness().words["worker"]


def an_hour_ago() -> Any:
    return timezone.now() - timedelta(hours=1)


def overdue(what: str, recipient: User, conversation_id: int) -> None:
    """For an hour nobody has looked at this."""
    if what == "debt":
        Participant.objects.filter(user=recipient).update(waiting_since=an_hour_ago())
    elif what == "burst":
        Burst.objects.create(recipient=recipient, conversation_id=conversation_id, due_at=an_hour_ago())
    else:
        lease = an_hour_ago() if what == "lost lease" else None
        due = {"channel": "email", "key": what, "address": "", "due_at": an_hour_ago(), "lease_until": lease}
        Delivery.objects.create(recipient=recipient, **due)


@pytest.mark.parametrize("what", ["debt", "burst", "delivery", "lost lease"])
def test_what_nobody_has_looked_at_for_long_shows_in_readyz_and_metrics(what: str, bob: User, direct: int) -> None:
    overdue(what, bob, direct)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["checks"]["worker"] == "failing"
    words = readiness.lookout.readiness().words["worker"]
    assert words.endswith("s overdue: is the worker running?")
    assert 3_500 < int(words.split()[3]) < 3_700
    assert 3_500 < metrics_of(operator())["hark_notifications_overdue_oldest_seconds"] < 3_700


def test_what_is_held_leased_or_over_is_not_overdue(bob: User, carol: User, direct: int, group: int) -> None:
    later = timezone.now() + timedelta(minutes=1)
    Participant.objects.filter(user=bob, conversation=direct).update(waiting_since=an_hour_ago())
    Burst.objects.create(recipient=bob, conversation_id=direct, due_at=later)  # held: for quiet hours, perhaps
    Burst.objects.create(recipient=bob, conversation_id=group, due_at=an_hour_ago(), state="closed")
    for state, due_at, lease in [
        ("due", later, None),
        ("due", an_hour_ago(), later),
        ("sent", an_hour_ago(), None),
        ("dead", an_hour_ago(), None),
    ]:
        fields = {"state": state, "due_at": due_at, "lease_until": lease, "key": f"{state} {due_at} {lease}"}
        Delivery.objects.create(recipient=bob, channel="email", address="", **fields)
    assert Client().get("/readyz").json()["status"] == "ready"
    numbers = metrics_of(operator())
    assert numbers["hark_notifications_overdue_oldest_seconds"] == 0
    assert (numbers["hark_deliveries_due"], numbers["hark_deliveries_dead"]) == (2, 1)


def test_readyz_is_down_when_a_migration_is_missing(db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="chat").delete()
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "down")
    assert response.json()["checks"]["migrations"] == "failing"
    assert "manage.py migrate" in readiness.lookout.readiness().words["migrations"]


def test_readyz_looks_seldom_at_a_time_and_loads_no_migrations(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    Client().get("/readyz")
    readiness.lookout.forget()
    monkeypatch.setattr(readiness, "MigrationLoader", None)
    monkeypatch.setattr(readiness, "LOOK_EVERY", 3600)  # seconds, longer than this takes
    with django_assert_max_num_queries(3):  # is it there, what is applied, what is overdue
        for _ in range(10):
            assert Client().get("/readyz").status_code == 200


def test_who_asks_while_somebody_looks_waits_for_what_is_found() -> None:
    looks: list[int] = []
    go_on, looking = threading.Event(), threading.Event()

    def look() -> readiness.Readiness:
        looks.append(1)
        looking.set()
        go_on.wait(30)
        return readiness.Readiness("ready", {"database": "ok"})

    lookout = readiness.Lookout(look)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(lookout.readiness) for _ in range(8)]
        assert looking.wait(30)
        go_on.set()
        assert {answer.result().status for answer in answers} == {"ready"}
    assert len(looks) == 1


def test_staff_are_told_what_is_wrong_and_nobody_else(no_redis: None, alice: User) -> None:
    browser, token = Client(), Api(operator())._headers
    browser.force_login(alice)
    for client, headers in ((Client(), {}), (browser, {}), (Client(), {"Authorization": "Bearer hark_no"})):
        checks = client.get("/readyz", headers=headers).json()["checks"]
        assert checks == {"database": "ok", "migrations": "ok", "redis": "failing", "worker": "ok"}
    assert "127.0.0.1:1" in Client().get("/readyz", headers=token).json()["checks"]["redis"]


def test_chat_goes_on_without_redis(no_redis: None, alice: User, bob: User, direct: int) -> None:
    api = Api(bob)
    Api(alice).say(direct, "hello")
    assert api.put(f"conversations/{direct}/typing").status_code == 204
    answer = api.get(f"sync?visible=1&conversation={direct}&after=0")
    assert [m["text"] for m in answer.json()["messages"]] == ["hello"]
    idle = api.get(
        f"sync?cursor={answer.json()['cursor']}&conversation={direct}&after=1", **{"If-None-Match": answer["ETag"]}
    )
    assert idle.status_code == 304


def test_a_dead_redis_is_left_alone_for_a_moment(no_redis: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def fail(client: redis.Redis) -> None:
        tries.append(client)
        raise redis.ConnectionError

    for _ in range(5):
        assert store.attempt(fail, None) is None
    assert len(tries) == 1


@pytest.mark.parametrize("key", ["nobody", "alice", "inactive"])
def test_metrics_do_not_exist_for_others(key: str, alice: User) -> None:
    browser = Client()
    if key != "nobody":
        alice.is_staff = key == "inactive"
        alice.save()
        browser.force_login(alice)
        if key == "inactive":
            switch_off(alice)
    assert browser.get("/metrics").status_code == 404
    assert browser.get("/metrics", headers={"Authorization": "Bearer hark_no"}).status_code == 404


def operator() -> User:
    return user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_staff=True)


def metrics_of(reader: User) -> dict[str, float]:
    response = Client().get("/metrics", headers=Api(reader)._headers)
    assert response.status_code == 200
    lines = (line.rsplit(" ", 1) for line in response.content.decode().splitlines() if line[0] != "#")
    return {name: float(value) for name, value in lines}


def test_metrics_tell_staff_how_it_is(alice: User, direct: int) -> None:
    staff = operator()
    Api(alice).say(direct, "hello")
    Participant.objects.filter(waiting_since__isnull=False).update(waiting_since=timezone.now() - timedelta(minutes=5))
    browser = Client()
    browser.force_login(staff)
    api = Api(staff)
    for response in (browser.get("/metrics"), Client().get("/metrics", headers=api._headers)):
        assert response.status_code == 200
        lines = dict(line.rsplit(" ", 1) for line in response.content.decode().splitlines() if line[0] != "#")
        assert {name: float(lines[name]) for name in ("hark_users", "hark_conversations", "hark_messages")} == {
            "hark_users": 3,
            "hark_conversations": 1,
            "hark_messages": 1,
        }
        assert float(lines["hark_waiting"]) == 1
        assert 290 <= float(lines["hark_waiting_oldest_seconds"]) < 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_they_are_read_only(path: str, db: None) -> None:
    assert Client().post(path).status_code == 405


def test_a_job_about_a_persons_data_that_fails_for_an_hour_shows(alice: User) -> None:
    staff = operator()
    job = Erasure.objects.create(user=alice, created_at=an_hour_ago() - timedelta(minutes=5))
    Export.objects.create(user=alice, state="failed", error="no space", created_at=an_hour_ago())
    assert metrics_of(staff)["hark_privacy_failing_oldest_seconds"] == 0, "it goes on"
    Erasure.objects.filter(id=job.id).update(error="A fault of the server.")
    assert 3_800 < metrics_of(staff)["hark_privacy_failing_oldest_seconds"] < 4_000
    assert Client().get("/readyz").json()["checks"]["worker"] == "failing"
    assert "erasure" in readiness.lookout.readiness().words["worker"]
