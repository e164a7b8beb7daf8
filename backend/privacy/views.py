"""The file of an export, for its owner."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from backend.accounts.audit import MINUTE, Event, audit_note, once_in
from backend.accounts.languages import language_asked
from backend.accounts.models import User
from backend.api.errors import NotFound
from backend.privacy.files import file_open
from backend.privacy.links import export_of_token


@require_safe
def export_download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The zip. 401 unless somebody is signed in, 404 unless it is theirs and there. Each download is audited."""
    user = request.user
    if not isinstance(user, User):
        return _page(request, "sign-in", 401)
    try:
        export = export_of_token(token, user_id=user.id)
        file = file_open(export.file)
    except (NotFound, OSError):
        return _page(request, "dead", 404)
    once = once_in(MINUTE, Event.EXPORT_DOWNLOADED, export.id)
    audit_note(Event.EXPORT_DOWNLOADED, actor=user, subject=user, detail={"export": export.id}, once=once)
    response = FileResponse(file, as_attachment=True, filename=f"hark-{export.created_at:%Y-%m-%d}.zip")
    response["Content-Type"] = "application/zip"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: HttpRequest, state: str, status: int) -> HttpResponse:
    with translation.override(language_asked(request)):
        response = render(request, "privacy/link.html", {"state": state}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
