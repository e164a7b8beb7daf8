"""The page's shell, its manifest and service worker, and the API's documentation."""

from email.utils import parseaddr
from functools import cache

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from backend.accounts.languages import known_language, language_asked
from backend.api.rates import Category
from backend.api.throttling import limited
from backend.config.modules import page_modules
from backend.config.policies import WITHOUT_TRUSTED_TYPES

APP = {
    "id": "/",
    "name": "Hark",
    "short_name": "Hark",
    "description": "Hark: chat that waits for you.",
    "start_url": "/",
    "scope": "/",
    "display": "standalone",
    "lang": "en",
    "theme_color": "#faf7f2",  # --paper of styles/tokens.css; the page itself says what it is in the dark
    "background_color": "#faf7f2",
}
# Name of the file, its width, and what it is for: a maskable one may be cut to any shape by a telephone.
APP_PICTURES = (("192", 192, "any"), ("512", 512, "any"), ("maskable-512", 512, "maskable"))


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest, conversation_id: int | None = None, seq: int | None = None) -> HttpResponse:
    """The same static shell at `/`, `/c/<id>`, `/c/<id>/<seq>` and `/settings`; it holds no data."""
    response = render(request, "index.html", {"signup": settings.HARK_SIGNUP, "modules": page_modules()})
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What is proved of the page's accessibility and what is not, in the language of whoever asks."""
    user = request.user
    language = known_language(user.language) if user.is_authenticated else language_asked(request)
    with translation.override(language):
        response = render(request, "accessibility.html", {"contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]})
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What an installed Hark is called and looks like (W3C, Web Application Manifest)."""
    pictures = [
        {"src": static("icons/hark.svg"), "sizes": "any", "type": "image/svg+xml"},
        *(
            {"src": static(f"icons/app-{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in APP_PICTURES
        ),
    ]
    response = JsonResponse(APP | {"icons": pictures}, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The page's service worker, at the top so that it may have the whole site (Service Workers, 3.4.3).

    One file without imports, and never from a cache: a browser that asks gets the worker of the page that it has.
    """
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@cache
def _worker() -> bytes:
    return (settings.BASE_DIR / "frontend_static" / "service-worker.js").read_bytes()


class SchemaApi(SpectacularAPIView):
    """The OpenAPI document. Making it takes a tenth of a second, so it costs as much as ten other requests."""

    get = limited(Category.ANONYMOUS, cost="10")(SpectacularAPIView.get)


# Swagger UI, from local files, styles its elements one by one and builds them from strings.
docs = csp_update({"style-src": "'unsafe-inline'"})(
    csp_replace(WITHOUT_TRUSTED_TYPES)(SpectacularSwaggerSplitView.as_view(url_name="schema"))
)
