"""Requests as bytes, for what no HTTP library would send."""

HOST = b"Host: 127.0.0.1"
CLOSE = b"Connection: close"
JSON = b"Content-Type: application/json"
CHUNKED = b"Transfer-Encoding: chunked"


def message(line: bytes, *fields: bytes, content: bytes = b"") -> bytes:
    """One request, after which the connection shall end. Its length is left to the fields."""
    return b"\r\n".join([line, HOST, CLOSE, *fields, b"", content])


def length(content: bytes) -> bytes:
    return b"Content-Length: %d" % len(content)


def chunks(*parts: bytes) -> bytes:
    """A chunked body (RFC 9112, 7.1)."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))
