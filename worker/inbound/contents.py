"""The text of a mail, and whether there is more to it than text."""

import codecs
import re
from email.message import Message

from worker.inbound.answers import ATTACHMENTS, Refused
from worker.inbound.flowed import unflow
from worker.inbound.html_text import html_to_text
from worker.inbound.mail import children, leaves

BODY_MAX = 400_000  # octets of one text part that are read: a message has at most 40,000, the rest is quoted
PICTURE_MAX = 100_000  # octets: a larger picture between the lines is no logo of a signature, but something to show
# Put there by mail programs, not by people: RFC 3156, RFC 8551.
SIGNATURES = {
    "application/pgp-signature",
    "application/pgp-keys",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
}
# What is declared and what is meant, where the two often differ; each reads all that the first does.
MEANT = {"ascii": "utf-8", "iso8859-1": "cp1252"}
# Codecs of Python that are no charsets; some take quadratic time.
NO_CHARSETS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
CID = re.compile(r"cid:([^\s\"'<>)]+)", re.IGNORECASE)


def text_of(mail: Message) -> str:
    """All text of the mail in reading order, with what it quotes. Raises Refused(ATTACHMENTS)."""
    refuse_attachments(mail)
    return _text(mail)


def refuse_attachments(mail: Message) -> None:
    """Raise Refused(ATTACHMENTS) if the sender has added anything that would be lost.

    Nothing is lost with: other forms of the text (HTML, calendar), cryptographic signatures, and small pictures that
    the HTML shows between its lines (logos).
    """
    found = list(leaves(mail))
    shown = {cid for part, _ in found if part.get_content_type() == "text/html" for cid in CID.findall(_decoded(part))}
    if any(_is_attachment(part, is_alternative, shown) for part, is_alternative in found):
        raise Refused(ATTACHMENTS)


def _is_attachment(part: Message, is_alternative: bool, shown: set[str]) -> bool:
    kind = part.get_content_type()
    if kind in SIGNATURES or _is_logo(part, shown) or part.get_content_maintype() == "multipart":
        return False
    if part.get_content_disposition() == "attachment":
        return True
    if kind in {"text/plain", "text/html"}:
        return part.get_filename() is not None and not is_alternative
    return not is_alternative


def _is_logo(part: Message, shown: set[str]) -> bool:
    cid = str(part.get("Content-ID", "")).strip().strip("<>")
    return part.get_content_maintype() == "image" and cid in shown and len(_octets(part)) <= PICTURE_MAX


def _text(part: Message) -> str:
    kind, inside = part.get_content_type(), children(part)
    if kind == "text/plain":
        return _plain(part)
    if kind == "text/html":
        return html_to_text(_decoded(part))
    if kind == "multipart/alternative":
        forms = sorted(inside, key=lambda child: child.get_content_type() != "text/plain")
        return next((text for text in map(_text, forms) if text.strip()), "")
    if kind in {"multipart/related", "multipart/signed"}:  # the text comes first, then what belongs to it
        inside = inside[:1]
    return "\n".join(text for text in map(_text, inside) if text.strip())


def _plain(part: Message) -> str:
    text = _decoded(part).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return unflow(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")


def _octets(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: Message) -> str:
    """What cannot be read becomes U+FFFD. Without a (known) charset it is UTF-8, or else Windows-1252."""
    octets = _octets(part)[:BODY_MAX]
    charset = _charset(part.get_content_charset() or "")
    if charset:
        return octets.decode(charset, errors="replace")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _charset(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
        b" ".decode(name, errors="replace")  # some codecs are not for text
    except (LookupError, ValueError):
        return ""
    return "" if name.replace("_", "-") in NO_CHARSETS else MEANT.get(name, name)
