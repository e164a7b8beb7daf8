"""What a browser may do with our answers: the content security policy and where it has to give way, and who may keep
an answer."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from backend.config.headers import PERMISSIONS, RESOURCE_POLICY

# For pages of others (Swagger UI, the admin's jQuery) that build elements from strings.
WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}

# RFC 9111, 5.2.2: no shared cache stores the answer, and no browser keeps it on a disk.
PRIVATE = "private, no-store"
CREDENTIALS = ("Cookie", "Authorization")  # the fields that say who asks, for Vary (RFC 9110, 12.5.5)


class PolicyMiddleware(CSPMiddleware):
    """Writes the policy once, and anew only for a view that changes it (csp.decorators) or takes a nonce.

    Every answer whose view names no `Cache-Control` of its own is `private, no-store`: a new view is safe without
    doing anything. A view that has no personal data, or is polled, says how it may be kept.
    """

    policy: str | None = None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        _keep_private(response)
        for name, value in (RESOURCE_POLICY, PERMISSIONS):
            response.headers.setdefault(name, value)
        if hasattr(request, "_csp_nonce") or any(name.startswith("_csp_") for name in vars(response)):
            return super().process_response(request, response)
        if self.policy is None:
            self.policy = super().process_response(request, HttpResponse())[HEADER]
        response.headers.setdefault(HEADER, self.policy)
        return response


def _keep_private(response: HttpResponseBase) -> None:
    """Give an answer without a `Cache-Control` the one of personal data, and name what the answer depends on."""
    if not response.has_header("Cache-Control"):
        response.headers["Cache-Control"] = PRIVATE
    if "private" in response.headers["Cache-Control"]:
        patch_vary_headers(response, CREDENTIALS)
