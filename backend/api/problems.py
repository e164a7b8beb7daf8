"""The one place where an exception becomes a problem+json answer (RFC 9457)."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import DisallowedHost
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback

from backend.api import errors

log = logging.getLogger(__name__)
API = "/api/"  # the path of all that answers with problems
PROBLEM_TYPE = "application/problem+json"
UNKNOWN_HOST = "The host this was sent to is not one that this server answers to (ALLOWED_HOSTS)."


def problem(error: errors.ApiError) -> dict[str, object]:
    """The body: type, title, status, detail, code and the error's own members."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": _encodable(error.detail),
        "code": error.code,
        **{name: _encodable(value) for name, value in error.members.items()},
    }


def _encodable(value: object) -> object:
    """A text may quote the input, and the input may hold lone surrogates, which no UTF-8 can carry."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None for what is a fault of ours: Django logs it and calls `server_error`."""
    error = _translated(exc)
    if error is None:
        return None
    set_rollback()
    return Response(problem(error), status=error.status, headers=dict(error.headers), content_type=PROBLEM_TYPE)


def _translated(exc: Exception) -> errors.ApiError | None:
    match exc:
        case errors.ApiError():
            return exc
        case drf.ValidationError():
            return _invalid(exc.detail)
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            return errors.Unauthorized()
        case drf.UnsupportedMediaType():
            return errors.UnsupportedMediaType()
        case drf.MethodNotAllowed():
            return errors.MethodNotAllowed()
        case Http404() | drf.NotFound():
            return errors.NotFound()
        case drf.PermissionDenied() | DjangoPermissionDenied():
            return errors.PermissionDenied()
        case OperationalError() | InterfaceError():
            log.error("the database does not answer: %s", exc)
            return errors.ServiceUnavailable()
        case drf.ParseError():
            return errors.InvalidJson()
    return None


def _invalid(detail: Any, name: str = "") -> errors.ApiError:
    """The first fault of a serializer, named by its field."""
    if isinstance(detail, dict):
        field, inner = next(iter(detail.items()))
        return _invalid(inner, name if isinstance(field, int) or field == "non_field_errors" else name or str(field))
    if isinstance(detail, list):
        return _invalid(next(fault for fault in detail if fault), name)
    return errors.InvalidParameter(name or "body", str(detail))


def _answer(request: HttpRequest, error: errors.ApiError) -> HttpResponse:
    if request.path.startswith(API):
        body = orjson.dumps(problem(error))
        return HttpResponse(body, status=error.status, headers=dict(error.headers), content_type=PROBLEM_TYPE)
    response = render(request, "problem.html", {"error": error}, status=error.status)
    headers_add(response, error)
    return response


def headers_add(response: HttpResponse, error: errors.ApiError) -> None:
    """Give the response the header fields that belong to the error."""
    for name, value in error.headers.items():
        response[name] = value


class ProblemMiddleware:
    """Turns an ApiError of a view that is not the API's (a page, the admin) into a page that says it in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _answer(request, exception) if isinstance(exception, errors.ApiError) else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    return _answer(request, errors.CsrfFailed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return _answer(request, errors.NotFound())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: a request Django itself turned down."""
    unknown_host = isinstance(exception, DisallowedHost)
    return _answer(request, errors.InvalidRequest(UNKNOWN_HOST if unknown_host else ""))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500."""
    return _answer(request, errors.InternalError())
