"""The operator's pages."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from backend.accounts.admin_sign_in import StaffSignInForm
from backend.accounts.models import User
from backend.accounts.selectors import factor_of, second_factor_is_required
from backend.accounts.sessions import SessionStore
from backend.accounts.staff import has_staff_powers
from backend.config.policies import WITHOUT_TRUSTED_TYPES

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class OperatorsSite(AdminSite):
    """Django's admin, whose scripts are local files but know nothing of Trusted Types. It takes the second factor."""

    site_title = site_header = "Hark"
    login_template = "operators/login.html"
    login_form = StaffSignInForm

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return cast(View, csp_replace(WITHOUT_TRUSTED_TYPES)(super().admin_view(view, cacheable)))

    def has_permission(self, request: HttpRequest) -> bool:
        return has_staff_powers(cast(Any, request.user), session=cast(SessionStore, request.session))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The form; for who is signed in and must set up a second factor first, the way there."""
        if request.method == "GET" and _must_enrol(request.user):
            return render(request, "operators/second_factor.html", status=403)
        return super().login(request, extra_context)


def _must_enrol(user: Any) -> bool:
    return isinstance(user, User) and second_factor_is_required(user) and factor_of(user) is None
