"""Is it alive, is it ready, how is it: for load balancers, operators and Prometheus."""

from collections.abc import Callable, Iterable
from typing import cast

import redis
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from backend.accounts.authentication import BearerAuthentication
from backend.accounts.sessions import SessionStore
from backend.accounts.staff import has_staff_powers
from backend.api.errors import ApiError
from backend.live import gauges, store
from backend.notifications.ladder import first_look

LATE = 120  # seconds that an owed notification may be overdue before the worker counts as stuck


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """{"status","checks"}: `ready`, `degraded` (chat goes on), or `down` with 503; a check is "ok" or words."""
    vital = {"database": _words(_check_database), "migrations": _words(_check_migrations)}
    other = {"redis": _words(_check_redis), "worker": _words(_check_worker)}
    status = "ready"
    if any(words != "ok" for words in other.values()):
        status = "degraded"
    if any(words != "ok" for words in vital.values()):
        status = "down"
    return JsonResponse({"status": status, "checks": vital | other}, status=503 if status == "down" else 200)


def _words(check: Callable[[], str]) -> str:
    try:
        return check()
    except (Error, redis.RedisError) as fault:
        return f"{type(fault).__name__}: {str(fault).splitlines()[0] if str(fault) else 'no answer'}"


def _check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _check_migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} missing: run manage.py migrate" if missing else "ok"


def _check_redis() -> str:
    store.client().ping()
    return "ok"


def _check_worker() -> str:
    overdue = _number(OVERDUE)
    return f"a notification is {overdue:.0f} s overdue: is the worker running?" if overdue > LATE else "ok"


# Of the debts without a burst, and of the bursts and deliveries that are due and that nobody works on, the oldest.
OVERDUE = """
SELECT coalesce(extract(epoch FROM now() - min(since)), 0)::float FROM (
    (SELECT waiting_since + make_interval(secs => %(first_look)s) AS since FROM chat_participant p
    WHERE waiting_since <= now() - make_interval(secs => %(first_look)s) AND NOT EXISTS (
        SELECT 1 FROM notifications_burst b
        WHERE b.recipient_id = p.user_id AND b.conversation_id = p.conversation_id AND b.state = 'open'
    ) ORDER BY waiting_since LIMIT 1)
    UNION ALL
    (SELECT due_at FROM notifications_burst WHERE state = 'open' AND due_at <= now() ORDER BY due_at LIMIT 1)
    UNION ALL
    (SELECT min(greatest(due_at, lease_until)) FROM notifications_delivery
    WHERE state = 'due' AND due_at <= now() AND (lease_until IS NULL OR lease_until <= now()))
) AS due
"""

GAUGES = {
    "hark_users": ("Active users", "SELECT count(*) FROM accounts_user WHERE is_active"),
    "hark_conversations": ("Conversations", "SELECT count(*) FROM chat_conversation"),
    "hark_messages": ("Messages ever sent", "SELECT coalesce(sum(last_seq), 0) FROM chat_conversation"),
    "hark_waiting": (
        "Participants owed a notification",
        "SELECT count(*) FROM chat_participant WHERE waiting_since IS NOT NULL",
    ),
    "hark_waiting_oldest_seconds": (
        "Age of the oldest debt",
        "SELECT coalesce(extract(epoch FROM now() - min(waiting_since)), 0)::float FROM chat_participant "
        "WHERE waiting_since IS NOT NULL",
    ),
    "hark_notifications_overdue_oldest_seconds": (
        "How long the oldest debt, burst or delivery is overdue",
        OVERDUE,
    ),
    "hark_deliveries_due": (
        "Deliveries to be sent, now or again later",
        "SELECT count(*) FROM notifications_delivery WHERE state = 'due'",
    ),
    "hark_deliveries_dead": ("Dead letters", "SELECT count(*) FROM notifications_delivery WHERE state = 'dead'"),
}


def _number(sql: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"first_look": first_look().total_seconds()})
        return float(cursor.fetchone()[0])


class _Database(Collector):
    """Counted in the database, so that every process tells the same."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, (words, sql) in GAUGES.items():
            yield GaugeMetricFamily(name, words, value=_number(sql))


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text format, for staff: a session, or a staff member's bearer token. 404 for all others.

    `hark_gate_*` are of the process that answers; all else is counted in the database.
    """
    if not _is_staff(request):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Database())
    return HttpResponse(generate_latest(registry) + generate_latest(gauges.registry), content_type=CONTENT_TYPE_LATEST)


def _is_staff(request: HttpRequest) -> bool:
    try:
        bearer = BearerAuthentication().authenticate(Request(request))
    except (ApiError, APIException):
        return False
    if bearer:
        return has_staff_powers(bearer[0], token=bearer[1])
    return has_staff_powers(request.user, session=cast(SessionStore, request.session))
