"""What a browser may do with our answers: the content security policy, and where it has to give way."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from backend.config.headers import PERMISSIONS, RESOURCE_POLICY

# For pages of others (Swagger UI, the admin's jQuery) that build elements from strings.
WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}


class PolicyMiddleware(CSPMiddleware):
    """Writes the policy once, and anew only for a view that changes it (csp.decorators) or takes a nonce."""

    policy: str | None = None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        for name, value in (RESOURCE_POLICY, PERMISSIONS):
            response.headers.setdefault(name, value)
        if hasattr(request, "_csp_nonce") or any(name.startswith("_csp_") for name in vars(response)):
            return super().process_response(request, response)
        if self.policy is None:
            self.policy = super().process_response(request, HttpResponse())[HEADER]
        response.headers.setdefault(HEADER, self.policy)
        return response
