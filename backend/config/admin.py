"""The operator's pages."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from backend.accounts.admin_sign_in import StaffSignInForm
from backend.accounts.audit import acting
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

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As Django's, with ListedLookups in front of each page."""
        base = admin_class or ModelAdmin
        super().register(model_or_iterable, type(base.__name__, (ListedLookups, base), {}), **options)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return cast(View, csp_replace(WITHOUT_TRUSTED_TYPES)(super().admin_view(_audited(view), cacheable)))

    def has_permission(self, request: HttpRequest) -> bool:
        return has_staff_powers(cast(Any, request.user), session=cast(SessionStore, request.session))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The form; for who is signed in and must set up a second factor first, the way there."""
        if request.method == "GET" and _must_enrol(request.user):
            return render(request, "operators/second_factor.html", status=403)
        return super().login(request, extra_context)


def _must_enrol(user: Any) -> bool:
    return isinstance(user, User) and second_factor_is_required(user) and factor_of(user) is None


class ListedLookups:
    """A page may be filtered by what it lists, and by nothing else.

    Django lets anybody filter by any column in the address: `?text__contains=` would tell what a message says to
    staff who may not read it, and `?auth__startswith=` the key of a browser.
    """

    list_display: Sequence[Any]
    list_filter: Sequence[Any]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Django's own rule, for these columns."""
        filters = [entry[0] if isinstance(entry, list | tuple) else entry for entry in self.list_filter]
        listed = {"id", "pk", *(str(name).partition("__")[0] for name in (*self.list_display, *filters))}
        allowed: bool = super().lookup_allowed(lookup, value, request)  # type: ignore[misc]
        return allowed and lookup.partition("__")[0] in listed


def _audited(view: View) -> View:
    """What the audit log notes inside was done by whoever is signed in."""

    @wraps(view)
    def audited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with acting(request.user.pk):
            return view(request, *args, **kwargs)

    return cast(View, audited)
