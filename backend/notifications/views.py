"""The page behind the link that stops emails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backend.api.errors import NotFound
from backend.notifications.unsubscribe import resubscribe, subscription_of_token, unsubscribe


@never_cache
@csrf_exempt  # mail providers post here for the reader, without cookies (RFC 8058); the token is the right
@require_http_methods(["GET", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks and changes nothing, for scanners follow links; POST acts and answers without a redirect."""
    try:
        subscription = subscription_of_token(token)
    except NotFound:
        return render(request, "notifications/unsubscribe.html", {"state": "dead"}, status=404)
    state = "ask"
    if request.method == "POST":
        undo = "undo" in request.POST
        (resubscribe if undo else unsubscribe)(subscription)
        state = "undone" if undo else "done"
    return render(request, "notifications/unsubscribe.html", {"state": state})
