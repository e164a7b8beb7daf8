"""What happened to one's account, all of one's data as a file, and the end of it."""

from collections.abc import Callable

from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.accounts.audit import audit_page
from backend.accounts.models import User
from backend.accounts.services import password_confirm
from backend.api.rates import Category
from backend.api.serializers import NothingInput, PageQuery
from backend.api.throttling import limited, unlimited
from backend.privacy.api.shapes import AuditPage, ConfirmationInput, ExportItem, Exports, export_json
from backend.privacy.selectors.exports import exports_of
from backend.privacy.services.erasures import erase_check, erase_request
from backend.privacy.services.exports import export_check, export_request


class AuditApi(APIView):
    """The entries of the audit log that are about the reader."""

    @limited(Category.READ)
    @extend_schema(operation_id="audit_log", parameters=[PageQuery], responses=AuditPage)
    def get(self, request: Request) -> Response:
        query = PageQuery.of_query(request)
        user = current_user(request)
        return Response(audit_page(user_id=user.id, limit=query["limit"], before=query.get("before")))


class ExportsApi(APIView):
    """All that is the reader's, as a file that a worker makes."""

    @unlimited("One short list.")
    @extend_schema(operation_id="exports_list", responses=Exports)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        return Response({"exports": [export_json(export) for export in exports_of(current_user(request).id)]})

    @limited(Category.ACCOUNT)
    @extend_schema(operation_id="export_request", request=ConfirmationInput, responses={202: ExportItem})
    def post(self, request: Request) -> Response:
        user = _proved(request, export_check)
        return Response(export_json(export_request(user=user)), status=202)


class EraseApi(APIView):
    """The end of the reader's account."""

    @limited(Category.ACCOUNT)
    @extend_schema(operation_id="erase_request", request=ConfirmationInput, responses={202: None})
    def post(self, request: Request) -> Response:
        erase_request(user=_proved(request, erase_check))
        if request.auth is None:
            logout(request._request)  # the cookie goes too
        return Response(status=202)


def _proved(request: Request, check: Callable[[User], object]) -> User:
    """The signed-in person, who has given their password again. What `check` refuses costs them no recovery code."""
    given = ConfirmationInput.of_body(request)
    user = current_user(request)
    check(user)
    password_confirm(user=user, password=given["password"], code=given["code"])
    return user
