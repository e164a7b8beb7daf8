"""What the mail server in front found out about the sender: Authentication-Results (RFC 8601).

Anybody can write such a field into a mail. Servers put theirs on top, so of those with the trusted name the topmost one
that tells of DMARC counts, and what is forged stands below it.
"""

from collections.abc import Iterator
from email.message import Message

FIELD_MAX = 16_000  # characters of one field
METHOD = "dmarc"


def dmarc_of(mail: Message, authserv: str) -> str:
    """The result for DMARC by the server of this name (lower case): `pass`, `fail`...; empty if none is told."""
    if not authserv:
        return ""
    for field in mail.get_all("Authentication-Results", []):
        server, *results = statements(str(field)[:FIELD_MAX].lower())
        if server.split()[:1] == [authserv]:
            for result in results:
                method, _, value = (result.split() or [""])[0].partition("=")
                if method.partition("/")[0] == METHOD:
                    return value
    return ""


def statements(field: str) -> list[str]:
    """What stands between the semicolons, without comments (RFC 5322, 3.2.2), with spaces around no `=`.

    What is quoted holds neither. A quotation or a comment that does not end ends with the field.
    """
    found = [""]
    depth = 0
    for character, is_quoted in _unquoted(field):
        if is_quoted and not depth:
            found[-1] += "_"
        elif not is_quoted and character in "()":
            depth = max(0, depth + (1 if character == "(" else -1))
        elif not depth and character == ";":
            found.append("")
        elif not depth:
            found[-1] += character
    return [" ".join(statement.replace("=", " = ").split()).replace(" = ", "=") for statement in found]


def _unquoted(field: str) -> Iterator[tuple[str, bool]]:
    """Each character, and whether it is quoted: by a pair of `"`, or alone by a backslash."""
    inside = escaped = False
    for character in field:
        if escaped:
            escaped = False
            yield character, True
        elif character == "\\":
            escaped = True
        elif character == '"':
            inside = not inside
        else:
            yield character, inside
