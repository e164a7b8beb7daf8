"""Who is asked what by which limit: each method of a view says its category, and DRF asks here before it runs.

@limited(Category.SEND, cost=READERS)
def post(self, request, conversation_id): ...

@unlimited("A poll: the gate has a bucket of its own for it.")
def get(self, request): ...
"""

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from backend.api.addresses import client_ip
from backend.api.buckets import Bucket, Level, buckets_spend
from backend.api.errors import DailyLimit, TooManyRequests, TooMuchAtOnce
from backend.api.rates import Category, Rate, rates_of

if TYPE_CHECKING:  # DRF imports this module while it makes that class
    from rest_framework.views import APIView

JITTER = 0.25  # of the time to wait: those who were refused together do not come back together
ONE = "1"

registry = CollectorRegistry(auto_describe=False)
refused = Counter("hark_limits_refused", "Requests refused with 429, by category", ["category"], registry=registry)

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class Limited:
    """What a method of a view costs: an SQL expression over the ids of its path and `user_id`."""

    category: Category
    cost: str = ONE


@dataclass(frozen=True)
class Unlimited:
    """A method that has no limit here, and why."""

    reason: str


def limited(category: Category, *, cost: str = ONE) -> Callable[[Method], Method]:
    """Let a method of an APIView spend `cost` units of this category before it runs."""
    return _mark(Limited(category, cost))


def unlimited(reason: str) -> Callable[[Method], Method]:
    """Say why a method of an APIView needs no limit."""
    return _mark(Unlimited(reason))


def _mark(limit: Limited | Unlimited) -> Callable[[Method], Method]:
    def mark(method: Method) -> Method:
        method.limit = limit  # type: ignore[attr-defined]
        return method

    return mark


class CategoryThrottle(BaseThrottle):
    """DEFAULT_THROTTLE_CLASSES: spends for the method that is about to run. Raises TooManyRequests."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        limit = getattr(getattr(view, cast(str, request.method).lower(), None), "limit", None)
        if isinstance(limit, Limited):
            charge(request, limit.category, cost=limit.cost, parameters=view.kwargs)
        return True


def charge(
    request: Request,
    category: Category,
    *,
    cost: str = ONE,
    parameters: Mapping[str, Any] | None = None,
    user_id: int | None = None,
) -> None:
    """Spend for whoever asks: the person and their token, or the address of somebody unknown.

    `user_id` names the person where the request itself does not. What is left stands in the answer's `RateLimit`.
    Raises TooManyRequests or DailyLimit.
    """
    person = user_id or request.user.pk
    if person is None:
        buckets = list(_buckets(category, _unknown(request)))
    elif settings.HARK_LIMITS == "on":
        buckets = [*_token_buckets(category, request), *_buckets(category, f"user:{person}")]
    else:
        return
    levels = buckets_spend(buckets, cost=cost, parameters={**(parameters or {}), "user_id": person})
    _tell(request, levels)
    if not levels[-1].had_room:
        raise refusal(category, levels[-1])


def charge_count(request: Request, category: Category, count: int) -> None:
    """Spend `count` units for a person. Raises TooMuchAtOnce if that is more than the bucket holds."""
    if settings.HARK_LIMITS == "on":
        most = min(rate.limit for rate in _rates(category, request))
        if count > most:
            raise TooMuchAtOnce(most)
    charge(request, category, cost="%(count)s", parameters={"count": count})


def person_charge(*, user_id: int, category: Category, count: int = 1) -> None:
    """Spend `count` units for a person, whether they ask by HTTP or not. Raises TooManyRequests or DailyLimit."""
    if settings.HARK_LIMITS == "on":
        level = buckets_spend(
            list(_buckets(category, f"user:{user_id}")), cost="%(count)s", parameters={"count": count}
        )[-1]
        if not level.had_room:
            raise refusal(category, level)


def refusal(category: Category, level: Level) -> TooManyRequests:
    """The error for a bucket that had no room; counted for /metrics."""
    refused.labels(category).inc()
    kind = DailyLimit if level.bucket.rate.is_daily else TooManyRequests
    return kind(retry_after=ceil(level.more_in * (1 + JITTER * random.random())))  # noqa: S311


def _rates(category: Category, request: Request) -> list[Rate]:
    return [rate.share if request.auth is not None else rate for rate in rates_of(category)]


def _token_buckets(category: Category, request: Request) -> Iterable[Bucket]:
    """First, so that a token without a rest takes nothing from its owner."""
    if request.auth is not None:
        yield from _buckets(category, f"token:{request.auth.pk}", shared=True)


def _buckets(category: Category, subject: str, *, shared: bool = False) -> Iterable[Bucket]:
    for number, rate in enumerate(rates_of(category)):
        window = f"-{rate.window}s" if number else ""
        name = f"{category}{window}{'-token' if shared else ''}"
        yield Bucket(name, f"{name}:{subject}", rate.share if shared else rate)


def _unknown(request: Request) -> str:
    """The network of whoever asks, as a digest: no address is kept."""
    return "peer:" + hashlib.sha256(client_ip(request).encode()).hexdigest()


def _tell(request: Request, levels: list[Level]) -> None:
    """The fields of draft-ietf-httpapi-ratelimit-headers-11, structured (RFC 9651); for several charges, all."""
    headers = request.parser_context["view"].headers
    policies = (f'"{one.bucket.name}";q={one.bucket.rate.limit};w={one.bucket.rate.window}' for one in levels)
    rests = (f'"{one.bucket.name}";r={one.remaining};t={one.more_in}' for one in levels)
    for field, items in (("RateLimit-Policy", policies), ("RateLimit", rests)):
        before = [headers[field]] if field in headers else []
        headers[field] = ", ".join([*before, *items])
