"""The page behind the link of a sign-up mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.debug import sensitive_post_parameters

from backend.accounts.devices import device_remember
from backend.accounts.forms import NewPasswordForm
from backend.accounts.languages import language_asked
from backend.accounts.link_pages import link_page
from backend.accounts.models import Signup
from backend.accounts.selectors import email_is_known
from backend.accounts.services import signup_confirm, signup_of_token
from backend.api.errors import InvalidParameter, TooManyRequests
from backend.api.problems import headers_add


@sensitive_post_parameters("password")
@link_page
def signup_confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a form, POST makes the account: programs that scan mails follow links, but post no forms.

    Whoever reads the mailbox chooses the password here, and the name, which a stranger may have typed.
    """
    signup = signup_of_token(token)
    with translation.override(signup.language if signup else language_asked(request)):
        if signup is None:
            return _page(request, "dead", status=404)
        if email_is_known(signup.email):
            return _page(request, "known", signup)
        if request.method == "POST":
            return _confirm(request, signup)
        return _page(request, "ask", signup, NewPasswordForm(initial={"name": signup.name}))


def _confirm(request: HttpRequest, signup: Signup) -> HttpResponse:
    form = NewPasswordForm({"name": signup.name} | request.POST.dict())
    if not form.is_valid():
        return _page(request, "ask", signup, form, status=400)
    try:
        user = signup_confirm(signup=signup, **form.cleaned_data)
    except InvalidParameter as fault:
        if fault.members["parameter"] == "email":
            return _page(request, "known", signup)
        form.add_error(str(fault.members["parameter"]), fault.detail)
        return _page(request, "ask", signup, form, status=400)
    except TooManyRequests as fault:
        form.refuse(fault)
        response = _page(request, "ask", signup, form, status=fault.status)
        headers_add(response, fault)
        return response
    response = _page(request, "done", signup)
    device_remember(request, response, user)
    return response


def _page(
    request: HttpRequest,
    state: str,
    signup: Signup | None = None,
    form: NewPasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(request, "accounts/confirm.html", {"state": state, "signup": signup, "form": form}, status=status)
