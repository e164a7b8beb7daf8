"""The operator's pages."""

from collections.abc import Callable
from typing import TypeVar, cast

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.http import HttpResponseBase

from backend.config.policies import WITHOUT_TRUSTED_TYPES

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class OperatorsSite(AdminSite):
    """Django's admin, whose scripts are local files but know nothing of Trusted Types."""

    site_title = site_header = "Hark"

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return cast(View, csp_replace(WITHOUT_TRUSTED_TYPES)(super().admin_view(view, cacheable)))
