"""The second factor of the person who asks: whether there is one, setting it up, taking it off."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import selectors
from backend.accounts.api import current_user, session_of
from backend.accounts.models import CODE_MAX, PASSWORD_MAX
from backend.accounts.services import enrolment
from backend.api.rates import Category
from backend.api.serializers import NothingInput, StrictSerializer, Text
from backend.api.throttling import limited, unlimited


class PasswordInput(StrictSerializer):
    password = Text(max_length=PASSWORD_MAX)


class CodeInput(StrictSerializer):
    code = Text(max_length=CODE_MAX)


class ProofInput(PasswordInput, CodeInput):
    pass


class SecondFactorState(serializers.Serializer[object]):
    enabled = serializers.BooleanField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    recovery_codes_left = serializers.IntegerField()


class Enrolment(serializers.Serializer[object]):
    secret = serializers.CharField()
    uri = serializers.CharField()
    qr = serializers.CharField()


class RecoveryCodes(serializers.Serializer[object]):
    recovery_codes = serializers.ListField(child=serializers.CharField())


class SecondFactorApi(APIView):
    """An authenticator app (TOTP, RFC 6238)."""

    @unlimited("One row.")
    @extend_schema(responses=SecondFactorState)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        return Response(selectors.second_factor_json(current_user(request)))

    @limited(Category.ACCOUNT)
    @extend_schema(request=PasswordInput, responses=Enrolment)
    def post(self, request: Request) -> Response:
        given = PasswordInput.of_body(request)
        made = enrolment.second_factor_begin(user=current_user(request), **given)
        return Response({"secret": made.secret, "uri": made.uri, "qr": made.qr})

    @limited(Category.ACCOUNT)
    @extend_schema(request=CodeInput, responses=RecoveryCodes)
    def put(self, request: Request) -> Response:
        user = current_user(request)
        codes = enrolment.second_factor_enable(user=user, **CodeInput.of_body(request))
        if request.auth is None:
            session = session_of(request)
            session.cycle_key()  # whoever has a copy of the key has not shown the factor
            session.second_factor_given(user.proved_factor_id)
        return Response({"recovery_codes": codes})

    @limited(Category.ACCOUNT)
    @extend_schema(request=ProofInput, responses={204: None})
    def delete(self, request: Request) -> Response:
        given = ProofInput.of_body(request)
        enrolment.second_factor_disable(user=current_user(request), **given)
        return Response(status=204)


class RecoveryCodesApi(APIView):
    """Ten new codes in the place of those of before."""

    @limited(Category.ACCOUNT)
    @extend_schema(request=ProofInput, responses=RecoveryCodes)
    def post(self, request: Request) -> Response:
        given = ProofInput.of_body(request)
        codes = enrolment.recovery_codes_renew(user=current_user(request), **given)
        return Response({"recovery_codes": codes})
