"""Entity tags (RFC 9110, 8.8.3 and 13.1.2)."""

from django.utils.http import parse_etags


def etag_matches(if_none_match: str, etag: str) -> bool:
    """Whether the field names this tag. Compared weakly, as a GET demands; a malformed field matches nothing."""
    return any(tag == "*" or tag.removeprefix("W/") == etag for tag in parse_etags(if_none_match))
