"""Leftovers."""

from django.db import connection
from django.utils import timezone

from backend.accounts.models import ApiToken, Session, Signup
from backend.accounts.services.enrolment import enrolments_purge
from backend.accounts.services.mails import mails_purge
from backend.accounts.services.signups import SIGNUP_LIFE
from backend.accounts.services.tokens import TOKEN_LIFE
from backend.accounts.services.users import skeletons_fill
from backend.api.buckets import buckets_purge


def leftovers_purge() -> None:
    """Delete what means nothing any more: old sign-up requests and mails, expired tokens, attempts, buckets
    and sessions. Fill in what a process of the release before left out."""
    now = timezone.now()
    Signup.objects.filter(created_at__lt=now - SIGNUP_LIFE).delete()
    mails_purge()
    skeletons_fill()
    enrolments_purge()
    ApiToken.objects.filter(expires_at__lt=now - TOKEN_LIFE).delete()
    Session.objects.filter(expire_date__lt=now).delete()  # and what hangs on them
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_attempt WHERE ends_at < now()")
    buckets_purge()
