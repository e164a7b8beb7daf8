from django.conf import settings
from django.db import models


class Feed(models.Model):
    """A user's counter of changes. `rev` moves under this row's lock, in the transaction of the change."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    rev = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"feed of {self.user_id} at {self.rev}"
