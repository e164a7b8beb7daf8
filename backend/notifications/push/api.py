"""Push subscriptions of the person who asks: never of anybody a body names."""

import logging
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.accounts.browsers import NAME_MAX
from backend.api.errors import NotFound, UnknownParameter
from backend.api.rates import Category
from backend.api.serializers import Line, NothingInput, StrictSerializer, Text
from backend.api.throttling import limited, unlimited
from backend.notifications.models import ENDPOINT_MAX, PushSubscription
from backend.notifications.push import vapid
from backend.notifications.push.errors import PushUnavailable
from backend.notifications.push.hosts import endpoint_check
from backend.notifications.push.keys import keys_check
from backend.notifications.selectors.preferences import subscriptions_of
from backend.notifications.services.subscriptions import Browser, subscription_drop, subscription_keep

log = logging.getLogger(__name__)


class KeysInput(StrictSerializer):
    p256dh = Text(max_length=88)
    auth = Text(max_length=24)

    def to_internal_value(self, data: Any) -> Any:
        for name in data if isinstance(data, dict) else ():
            if name not in self.fields:
                raise UnknownParameter(f"keys.{name}")
        return super().to_internal_value(data)


class SubscriptionInput(StrictSerializer):
    endpoint = Text(max_length=ENDPOINT_MAX)
    keys = KeysInput()
    name = Line(max_length=NAME_MAX, required=False)


class PushKey(serializers.Serializer[object]):
    key = serializers.CharField()


class Subscription(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()


class Subscriptions(serializers.Serializer[object]):
    subscriptions = Subscription(many=True)


def subscription_json(subscription: PushSubscription) -> dict[str, object]:
    """Without endpoint and keys: whoever has them can send to that browser."""
    return {name: getattr(subscription, name) for name in ("id", "name", "created_at", "seen_at")}


class KeyApi(APIView):
    """The key that a browser subscribes with (`applicationServerKey`)."""

    @unlimited("No statement.")
    @extend_schema(responses=PushKey)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        try:
            return Response({"key": vapid.public_key()})
        except (OSError, ValueError) as fault:
            log.error("there is no VAPID key: %s", fault)
            raise PushUnavailable from fault


class SubscriptionsApi(APIView):
    """The browsers that take pushes."""

    @unlimited("One short list.")
    @extend_schema(responses=Subscriptions)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        mine = subscriptions_of(current_user(request).id)
        return Response({"subscriptions": [subscription_json(subscription) for subscription in mine]})

    @limited(Category.ACCOUNT)
    @extend_schema(request=SubscriptionInput, responses={201: Subscription, 200: Subscription})
    def post(self, request: Request) -> Response:
        given = SubscriptionInput.of_body(request)
        browser = Browser(
            endpoint=endpoint_check(given["endpoint"]).url,
            keys=keys_check(**given["keys"]),
            name=given.get("name", ""),
            user_agent=request.headers.get("User-Agent", ""),
            session_key=None if request.auth else request._request.session.session_key,
        )
        subscription, is_new = subscription_keep(user=current_user(request), browser=browser)
        return Response(subscription_json(subscription), status=201 if is_new else 200)


class SubscriptionApi(APIView):
    """One of them."""

    @unlimited("There are at most ten to end.")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, subscription_id: int) -> Response:
        if not subscription_drop(user=current_user(request), subscription_id=subscription_id):
            raise NotFound
        return Response(status=204)
