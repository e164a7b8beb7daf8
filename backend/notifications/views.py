"""The page behind the links that stop emails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backend.accounts.languages import known_language, language_asked
from backend.api.errors import NotFound
from backend.notifications.unsubscribe import Subscription, resubscribe, subscription_of_token, unsubscribe

PAGE = "notifications/unsubscribe.html"


@csrf_exempt  # mail providers post here for the reader, without cookies (RFC 8058); the token is the right
@require_http_methods(["GET", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks and changes nothing, for scanners follow links; POST acts and answers without a redirect.

    In the language of whose link it is.
    """
    try:
        subscription, user = subscription_of_token(token)
    except NotFound:
        with translation.override(language_asked(request)):
            return render(request, PAGE, {"state": "dead"}, status=404)
    with translation.override(known_language(user.language)):
        facts = _act(request, subscription) if request.method == "POST" else {"state": "ask"}
        return render(request, PAGE, {"is_all": subscription.conversation_id is None, **facts})


def _act(request: HttpRequest, subscription: Subscription) -> dict[str, str]:
    if "undo" in request.POST:
        resubscribe(subscription, level=request.POST["undo"])
        return {"state": "undone"}
    return {"state": "done", "undo": unsubscribe(subscription)}
