"""The page's shell, and the API's documentation."""

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView

from backend.config.policies import WITHOUT_TRUSTED_TYPES


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest, conversation_id: int | None = None) -> HttpResponse:
    """The same static shell at `/` and `/c/<id>`; it holds no data."""
    response = render(request, "index.html", {"signup": settings.HARK_SIGNUP})
    response["Cache-Control"] = "no-cache"
    return response


# Swagger UI, from local files, styles its elements one by one and builds them from strings.
docs = csp_update({"style-src": "'unsafe-inline'"})(
    csp_replace(WITHOUT_TRUSTED_TYPES)(SpectacularSwaggerSplitView.as_view(url_name="schema"))
)
