"""The last look before serving."""

from django.core import checks
from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured, one line a fault, if Hark's own settings are missing or unsafe."""
    faults = [fault for fault in checks.run_checks() if fault.is_serious()]
    if faults:
        raise ImproperlyConfigured("\n".join(f"{fault.id}: {fault.msg}" for fault in faults))
