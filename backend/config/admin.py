"""The operator's pages."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse

from backend.api.problems import headers_add
from backend.config.policies import WITHOUT_TRUSTED_TYPES

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class OperatorsSite(AdminSite):
    """Django's admin, whose scripts are local files but know nothing of Trusted Types."""

    site_title = site_header = "Hark"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """As Django's; a refused guess is a 429, and a browser in which staff signed in becomes a known device."""
        from backend.accounts.devices import device_remember  # the site is made before there are models
        from backend.accounts.forms import StaffSignInForm
        from backend.accounts.models import User

        self.login_form = StaffSignInForm
        response = super().login(request, extra_context)
        form = (response.context_data or {}).get("form") if isinstance(response, TemplateResponse) else None
        if isinstance(form, StaffSignInForm) and form.refusal:
            response.status_code = form.refusal.status
            headers_add(response, form.refusal)
        elif form is None and request.method == "POST" and isinstance(request.user, User):
            device_remember(request, response, request.user)
        return response

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return cast(View, csp_replace(WITHOUT_TRUSTED_TYPES)(super().admin_view(view, cacheable)))
