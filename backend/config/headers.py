"""Headers of every answer, static files included. Without imports of Django: the settings need it."""

from typing import Final
from wsgiref.headers import Headers

# No other site may embed what we answer (Fetch, 3.7); one that is allowed by CORS asks in another mode.
RESOURCE_POLICY: Final = ("Cross-Origin-Resource-Policy", "same-origin")
# Nothing here needs them, so nothing that slips in may have them (Permissions Policy, W3C).
PERMISSIONS: Final = (
    "Permissions-Policy",
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
)


def add_static_headers(headers: Headers, path: str, url: str) -> None:
    """For WhiteNoise, which answers before the middleware of the policies."""
    headers.add_header(*RESOURCE_POLICY)
