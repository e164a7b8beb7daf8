"""Refuses what another site makes a person's browser ask for (Fetch Metadata Request Headers, W3C).

A browser says of each request which site made it. A session cookie that comes with a request of another site, or of
another host of the same site, was not sent by our page. Every current browser sends the field; without it, the CSRF
token and `SameSite` decide alone, as before.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from backend.api.problems import csrf_failure

OTHER_SITES = frozenset({"cross-site", "same-site"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSiteMiddleware:
    """403 `csrf_failed` for a request of another site that carries our session cookie and is no navigation.

    A link on another site may open our pages (`Sec-Fetch-Mode: navigate`, a safe method). A request with a bearer token
    needs no cookie and is not concerned.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_cross_site(request):
            return csrf_failure(request)
        return self.get_response(request)


def is_cross_site(request: HttpRequest) -> bool:
    """Whether another site asks with our cookie for something that is not one of our pages."""
    fields = request.META
    if fields.get("HTTP_SEC_FETCH_SITE") not in OTHER_SITES or "HTTP_AUTHORIZATION" in fields:
        return False
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return fields.get("HTTP_SEC_FETCH_MODE") != "navigate" or request.method not in SAFE
