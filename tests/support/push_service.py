"""A push service on a port of this machine: it does what RFC 8030 says, checks what it gets by RFC 8291 and RFC 8292
with code of its own, keeps what it could read, and answers as it is told.

    with push_service() as service:
        browser = service.subscriber()          # endpoint, keys
        ...                                     # with settings.HARK_PUSH_HOSTS = [service.host]
        assert browser.pushes[0].json["body"] == "Hello"
        assert service.faults == []
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BODY_MAX = 4096  # bytes (RFC 8030, 7.2)
TOKEN_LIFE_MAX = 24 * 3600  # seconds (RFC 8292, 2)
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")  # RFC 8030, 5.4
URGENCIES = {"very-low", "low", "normal", "high"}  # RFC 8030, 5.3
SUBJECT = re.compile(r"mailto:[^\s<>@]+@[^\s<>@]+|https://\S+")
DRIP_EVERY = 0.2  # seconds between two bytes
FOR_EVER = 60  # seconds: a test of a bound that is broken shall fail, not hang

Behaviour = Callable[["Handler"], None]


class Refused(Exception):
    """A push that is not as the standards want it: a status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Push:
    """One that was taken, decrypted."""

    payload: bytes
    ttl: int
    topic: str
    urgency: str
    claims: dict[str, Any]
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.payload)


@dataclass
class Subscriber:
    """A browser: `pushes` are all that were taken for it, `waiting` those that it would get now by their Topic."""

    endpoint: str
    private_key: ec.EllipticCurvePrivateKey
    secret: bytes
    application_key: str  # base64url; empty: whoever sends (RFC 8292, 4)
    pushes: list[Push] = field(default_factory=list)
    waiting: dict[str, Push] = field(default_factory=dict)

    @property
    def point(self) -> bytes:
        return self.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def body(self) -> dict[str, Any]:
        """What a page posts to /push/subscriptions."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": _base64url(self.point), "auth": _base64url(self.secret)}}

    def take(self, push: Push) -> None:
        self.pushes.append(push)
        self.waiting[push.topic or secrets.token_hex()] = push  # RFC 8030, 5.4: it replaces one with the same topic


class PushService:
    """`requests` counts all that came, over `connections`; `faults` names what was wrong with them; `most_at_once` ran
    at the same time."""

    def __init__(self) -> None:
        self.requests = self.connections = 0
        self.faults: list[str] = []
        self.most_at_once = 0
        self.closing = threading.Event()
        self._subscribers: dict[str, Subscriber] = {}
        self._next: list[Behaviour] = []
        self._always: Behaviour = taken
        self._at_once = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.service = self  # type: ignore[attr-defined]

    @property
    def host(self) -> str:
        """What HARK_PUSH_HOSTS has to list."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def pushes(self) -> list[Push]:
        """All that were taken."""
        return [push for subscriber in self._subscribers.values() for push in subscriber.pushes]

    def subscriber(self, application_key: str = "") -> Subscriber:
        """A new browser. With the `application_key` of a server, pushes of others are refused."""
        path = f"/push/{secrets.token_urlsafe(24)}"
        private_key = ec.generate_private_key(ec.SECP256R1())
        made = Subscriber(f"{self.origin}{path}", private_key, secrets.token_bytes(16), application_key)
        self._subscribers[path] = made
        return made

    def answer(self, *behaviours: Behaviour) -> None:
        """Answer the next requests so, one after the other; then as always."""
        with self._lock:
            self._next.extend(behaviours)

    def answer_always(self, behaviour: Behaviour) -> None:
        with self._lock:
            self._always = behaviour

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def handle(self, handler: "Handler") -> None:
        with self._lock:
            self.requests += 1
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            behaviour = self._next.pop(0) if self._next else self._always
        try:
            behaviour(handler)
        finally:
            with self._lock:
                self._at_once -= 1

    def take(self, handler: "Handler") -> None:
        """Check, decrypt and keep it. Raises Refused."""
        try:
            subscriber = self._subscribers.get(handler.path)
            if subscriber is None:
                raise Refused(404, "there is no such subscription")
            push = _read(handler, subscriber, self.origin)
            with self._lock:
                subscriber.take(push)
        except Refused as fault:
            self.faults.append(str(fault))
            raise


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    body = b""

    def setup(self) -> None:
        super().setup()
        self.service.connections += 1

    @property
    def service(self) -> PushService:
        service: PushService = self.server.service  # type: ignore[attr-defined]
        return service

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with suppress(ConnectionError, TimeoutError):
            self.service.handle(self)

    def do_GET(self) -> None:
        """Nobody should come this way: a redirect was followed, or a proxy asked."""
        self.service.faults.append(f"GET {self.path}")
        self.reply(405)

    def reply(self, status: int, body: bytes = b"", **fields: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **fields}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


# --- how it can behave ---------------------------------------------------------------------------------------------


def taken(handler: Handler) -> None:
    """As a push service should: 201, or what the standards have for a fault."""
    try:
        handler.service.take(handler)
    except Refused as fault:
        handler.reply(fault.status, str(fault).encode())
    else:
        handler.reply(201, Location=f"{handler.service.origin}/message/{secrets.token_hex(8)}", TTL="60")


def status(code: int, body: bytes = b"", **fields: str) -> Behaviour:
    """This answer, whatever came; nothing is taken. `Retry_After="5"` is a header field."""
    return lambda handler: handler.reply(code, body, **fields)


def redirect(to: str, code: int = 307) -> Behaviour:
    return status(code, Location=to)


def taken_but_unanswered(handler: Handler) -> None:
    """The push is taken, and the connection ends before the answer."""
    handler.service.take(handler)
    handler.close_connection = True


def never(handler: Handler) -> None:
    """No answer."""
    handler.service.closing.wait(FOR_EVER)
    handler.close_connection = True


def slow(seconds: float) -> Behaviour:
    """As it should, but late."""

    def behave(handler: Handler) -> None:
        handler.service.closing.wait(seconds)
        taken(handler)

    return behave


def endless_body(code: int = 500) -> Behaviour:
    """A body without an end, as fast as it goes."""

    def behave(handler: Handler) -> None:
        handler.send_response(code)
        handler.end_headers()
        _write_on(handler, b"x" * 65536, every=0)

    return behave


def huge_body(code: int = 500, size: int = 100 * 1024 * 1024) -> Behaviour:
    """100 MB, announced."""

    def behave(handler: Handler) -> None:
        handler.send_response(code)
        handler.send_header("Content-Length", str(size))
        handler.end_headers()
        handler.close_connection = True
        for _ in range(size // 65536):
            handler.wfile.write(b"x" * 65536)

    return behave


def dripping_headers(handler: Handler) -> None:
    """A status line that comes byte by byte and never ends."""
    handler.wfile.write(b"HTTP/1.1 ")
    _write_on(handler, b"2", every=DRIP_EVERY)


def dripping_body(code: int = 500) -> Behaviour:
    """A body that comes byte by byte and never ends."""

    def behave(handler: Handler) -> None:
        handler.send_response(code)
        handler.end_headers()
        _write_on(handler, b"x", every=DRIP_EVERY)

    return behave


def _write_on(handler: Handler, data: bytes, *, every: float) -> None:
    handler.close_connection = True
    end = time.monotonic() + FOR_EVER
    while not handler.service.closing.wait(every) and time.monotonic() < end:
        handler.wfile.write(data)


@contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()
    service.start()
    try:
        yield service
    finally:
        service.stop()


# --- what it checks ------------------------------------------------------------------------------------------------


def _read(handler: Handler, subscriber: Subscriber, origin: str) -> Push:
    headers = {name.lower(): value for name, value in handler.headers.items()}
    ttl, topic, urgency = headers.get("ttl", ""), headers.get("topic", ""), headers.get("urgency", "normal")
    if not (ttl.isascii() and ttl.isdecimal()):
        raise Refused(400, f"TTL: {ttl!r}")
    if "topic" in headers and not TOPIC.fullmatch(topic):
        raise Refused(400, f"Topic: {topic!r}")
    if urgency not in URGENCIES:
        raise Refused(400, f"Urgency: {urgency!r}")
    if headers.get("content-encoding") != "aes128gcm":
        raise Refused(400, f"Content-Encoding: {headers.get('content-encoding')!r}")
    if len(handler.body) > BODY_MAX:
        raise Refused(413, f"{len(handler.body)} bytes")
    claims = _claims(headers.get("authorization", ""), subscriber.application_key, origin)
    return Push(_decrypted(handler.body, subscriber), int(ttl), topic, urgency, claims, headers)


def _claims(authorization: str, application_key: str, origin: str) -> dict[str, Any]:
    """RFC 8292: the signature, then what is signed."""
    found = re.fullmatch(r"vapid t=([\w-]+\.[\w-]+)\.([\w-]+), ?k=([\w-]+)", authorization)
    if not found:
        raise Refused(401, f"Authorization: {authorization!r}")
    signed, signature, key = found.group(1), _bytes(found.group(2)), found.group(3)
    if application_key and not hmac.compare_digest(application_key, key):
        raise Refused(403, "another server's key")
    try:
        if len(signature) != 64:
            raise InvalidSignature
        encoded = utils.encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
        public.verify(encoded, signed.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError) as fault:
        raise Refused(403, "the signature is wrong") from fault
    header, claims = (json.loads(_bytes(part)) for part in signed.split("."))
    if header.get("alg") != "ES256":
        raise Refused(403, f"alg: {header}")
    if claims.get("aud") != origin:
        raise Refused(403, f"aud: {claims.get('aud')!r}")
    if not 0 < claims.get("exp", 0) - time.time() <= TOKEN_LIFE_MAX:
        raise Refused(403, f"exp: {claims.get('exp')!r}")
    if not SUBJECT.fullmatch(claims.get("sub", "")):
        raise Refused(403, f"sub: {claims.get('sub')!r}")
    return dict(claims)


def _decrypted(body: bytes, subscriber: Subscriber) -> bytes:
    """RFC 8188 with the keys of RFC 8291, 3.4: one record."""
    salt, record_size, key_length = body[:16], int.from_bytes(body[16:20]), body[20]
    sender, ciphertext = body[21 : 21 + key_length], body[21 + key_length :]
    if record_size <= 17 or len(ciphertext) > record_size:
        raise Refused(400, "more than one record")
    try:
        shared = subscriber.private_key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )
        info = b"WebPush: info\0" + subscriber.point + sender
        secret = _derived(subscriber.secret, shared, info, 32)
        key = _derived(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(salt, secret, b"Content-Encoding: nonce\0", 12)
        record = AESGCM(key).decrypt(nonce, ciphertext, None).rstrip(b"\0")
    except (InvalidTag, ValueError) as fault:
        raise Refused(400, "the browser could not decrypt it") from fault
    if not record.endswith(b"\2"):  # the mark of the last record
        raise Refused(400, "the padding is wrong")
    return record[:-1]


def _derived(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    """HKDF (RFC 5869) with SHA-256, for lengths that one block has."""
    extracted = hmac.digest(salt, material, hashlib.sha256)
    return hmac.digest(extracted, info + b"\1", hashlib.sha256)[:length]


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
