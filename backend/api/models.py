from django.db import models


class Attempt(models.Model):
    """Tries counted by `limits.Limit`; a row past `ends_at` means nothing."""

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256 of limit and key: no address is kept
    used = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Bucket(models.Model):
    """A token bucket (`buckets.py`). UNLOGGED; no index on `full_at`, so that an update stays on its page."""

    key = models.CharField(max_length=100, primary_key=True)
    full_at = models.DateTimeField()
    taken = models.FloatField()  # seconds that the last request moved `full_at` by; 0 if it was refused

    def __str__(self) -> str:
        return self.key
