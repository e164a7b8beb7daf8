"""The way in for everything that signs in by Django's `authenticate()`: the API, and the admin's form."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from backend.accounts.errors import InvalidCredentials
from backend.accounts.models import User
from backend.accounts.services.credentials import Client, credentials_verify


class PasswordBackend(ModelBackend):
    """Email address and password, counted before the hash. AUTHENTICATION_BACKENDS."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """None for wrong credentials. Raises TooManyAttempts, PasswordsBusy and the errors of the second factor.

        `client` (credentials.Client) says what is known of who asks; else the request does.
        """
        if username is None or password is None:
            return None
        client = kwargs.get("client") or Client.of(request)
        try:
            return credentials_verify(email=username, password=password, client=client)
        except InvalidCredentials:
            return None

    async def aauthenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        return await sync_to_async(self.authenticate)(request, username, password, **kwargs)
