"""/demo/mail: the mail that would have been sent."""

from email.message import EmailMessage
from typing import Any

from csp.decorators import csp, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from backend.demo.maildir import CapturedMail, is_captured, mail_of_key, mails_newest
from backend.demo.reply import can_reply, reply_send

HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
)


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The captured mails, newest first."""
    return render(request, "demo/mail_list.html", {"mails": mails_newest(), "is_captured": is_captured()})


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def mail_page(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: headers, text, its HTML in a frame without scripts, and a form to answer it."""
    return _show(request, _mail(key))


@require_POST
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def mail_reply(request: HttpRequest, key: str) -> HttpResponse:
    """Answer the mail as whoever got it, and show what became of that."""
    captured = _mail(key)
    if not can_reply(captured.mail):
        raise Http404
    return _show(request, captured, outcome=reply_send(captured.mail, request.POST.get("text", "")))


def _show(request: HttpRequest, captured: CapturedMail, outcome: str = "") -> HttpResponse:
    facts: dict[str, Any] = {
        "mail": captured,
        "headers": [(name, captured.mail[name]) for name in HEADERS if captured.mail[name]],
        "text": _part(captured.mail, "plain"),
        "has_html": captured.mail.get_body(("html",)) is not None,
        "can_reply": can_reply(captured.mail),
        "outcome": outcome,
    }
    return render(request, "demo/mail.html", facts)


@require_safe
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML as it came, shut in: nothing is loaded, nothing runs, links open elsewhere."""
    return HttpResponse(_part(_mail(key).mail, "html"))


def _mail(key: str) -> CapturedMail:
    captured = mail_of_key(key)
    if captured is None:
        raise Http404
    return captured


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
