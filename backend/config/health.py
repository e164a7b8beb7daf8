"""Is it alive, is it ready, how is it: for load balancers, operators and Prometheus."""

from collections.abc import Iterable
from typing import cast

from django.db import Error
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
from backend.api import throttling
from backend.api.errors import ApiError
from backend.config.readiness import FAILING, OVERDUE, lookout, number
from backend.live import gauges


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """{"status","checks","limits"}: `ready`, `degraded` (chat goes on) or `down` (503); a check is "ok" or "failing".

    Staff are told in words what is wrong; the words are in the log, too, because staff cannot sign in without a
    database.
    """
    found = lookout.readiness()
    return JsonResponse(found.as_json(words=_is_staff(request)), status=found.http_status)


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
    "hark_privacy_failing_oldest_seconds": (
        "Age of the oldest erasure, export or retention run that fails",
        FAILING,
    ),
    "hark_deliveries_due": (
        "Deliveries to be sent, now or again later",
        "SELECT count(*) FROM notifications_delivery WHERE state = 'due'",
    ),
    "hark_deliveries_dead": ("Dead letters", "SELECT count(*) FROM notifications_delivery WHERE state = 'dead'"),
}


class _Database(Collector):
    """Counted in the database, so that every process tells the same."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, (words, sql) in GAUGES.items():
            yield GaugeMetricFamily(name, words, value=number(sql))


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text format, for staff: a session, or a staff member's bearer token. 404 for all others.

    `hark_gate_*` and `hark_limits_*` are of the process that answers; all else is counted in the database.
    """
    if not _is_staff(request):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Database())
    texts = map(generate_latest, (registry, gauges.registry, throttling.registry))
    return HttpResponse(b"".join(texts), content_type=CONTENT_TYPE_LATEST)


def _is_staff(request: HttpRequest) -> bool:
    try:
        bearer = BearerAuthentication().authenticate(Request(request))
        if bearer:
            return has_staff_powers(bearer[0], token=bearer[1])
        return has_staff_powers(request.user, session=cast(SessionStore, request.session))
    except (ApiError, APIException, Error):  # without a database nobody is known
        return False
