"""The operator's pages."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponseBase

from backend.accounts.audit import acting
from backend.config.policies import WITHOUT_TRUSTED_TYPES

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class OperatorsSite(AdminSite):
    """Django's admin, whose scripts are local files but know nothing of Trusted Types."""

    site_title = site_header = "Hark"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As Django's, with ListedLookups in front of each page."""
        base = admin_class or ModelAdmin
        super().register(model_or_iterable, type(base.__name__, (ListedLookups, base), {}), **options)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return cast(View, csp_replace(WITHOUT_TRUSTED_TYPES)(super().admin_view(_audited(view), cacheable)))


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
