"""The page behind the link of a sign-up mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.accounts.languages import language_asked
from backend.accounts.services import signup_confirm, signup_of_token
from backend.api.errors import InvalidParameter


@never_cache
@require_http_methods(["GET", "POST"])
def signup_confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST makes the account: programs that scan mails follow links, but post no forms."""
    signup = signup_of_token(token)
    state, status = ("ask", 200) if signup else ("dead", 404)
    if signup and request.method == "POST":
        try:
            signup_confirm(signup)
            state = "done"
        except InvalidParameter:
            state = "known"
    with translation.override(signup.language if signup else language_asked(request)):
        return render(request, "accounts/confirm.html", {"state": state, "signup": signup}, status=status)
