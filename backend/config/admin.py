"""The operator's pages."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse

from backend.accounts.devices import device_remember
from backend.accounts.forms import StaffSignInForm
from backend.accounts.models import User
from backend.accounts.selectors import factor_of, second_factor_is_required
from backend.accounts.sessions import SessionStore
from backend.accounts.staff import has_staff_powers
from backend.api.problems import headers_add
from backend.config.policies import WITHOUT_TRUSTED_TYPES

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class OperatorsSite(AdminSite):
    """Django's admin, whose scripts are local files but know nothing of Trusted Types. It takes the second factor."""

    site_title = site_header = "Hark"
    login_template = "operators/login.html"
    login_form = StaffSignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        return has_staff_powers(cast(Any, request.user), session=cast(SessionStore, request.session))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """As Django's; a refused guess is a 429, and a browser in which staff signed in becomes a known device.

        Whoever is signed in and must set up a second factor first is shown the way there.
        """
        if request.method == "GET" and _must_enrol(request.user):
            return render(request, "operators/second_factor.html", status=403)
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


def _must_enrol(user: Any) -> bool:
    return isinstance(user, User) and second_factor_is_required(user) and factor_of(user) is None
