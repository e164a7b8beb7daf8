"""Which endpoints a push may be sent to: those of listed hosts, however an address is spelled."""

from typing import Any

import pytest

from backend.notifications.models import ENDPOINT_MAX
from backend.notifications.push.errors import EndpointRefused
from backend.notifications.push.hosts import endpoint_check, pattern_parse

REFUSED = [
    # not a push service
    "https://example.com/push",
    "https://google.com/",
    "https://evilfcm.googleapis.com/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://push.apple.com/x",  # only its subdomains
    "https://evilpush.apple.com/x",
    "https://notify.windows.com.evil.example/x",
    "https://169.254.169.254/x.google.com/",
    "https://169.254.169.254/fcm.googleapis.com",
    # the list is for https and its port
    "http://fcm.googleapis.com/x",
    "ftp://fcm.googleapis.com/x",
    "ws://fcm.googleapis.com/x",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/x",
    "javascript:alert(1)",
    "//fcm.googleapis.com/x",
    "fcm.googleapis.com/x",
    "https:fcm.googleapis.com/x",
    "https:///fcm.googleapis.com/x",
    "https://fcm.googleapis.com:444/x",
    "https://fcm.googleapis.com:80/x",
    "https://fcm.googleapis.com:0/x",
    "https://fcm.googleapis.com:65536/x",
    "https://fcm.googleapis.com:-443/x",
    "https://fcm.googleapis.com:443:443/x",
    "https://fcm.googleapis.com:x/",
    # somebody else's host behind a user name, a backslash or a fragment
    "https://fcm.googleapis.com@evil.example/x",
    "https://fcm.googleapis.com:443@evil.example/x",
    "https://user:password@fcm.googleapis.com/x",
    "https://@fcm.googleapis.com/x",
    "https://evil.example#@fcm.googleapis.com/x",
    "https://evil.example\\@fcm.googleapis.com/x",
    "https://fcm.googleapis.com\\@evil.example/x",
    "https://evil.example?@fcm.googleapis.com/x",
    "https://fcm.googleapis.com#fragment",
    "https://fcm.googleapis.com/x#",
    # what some parsers throw away or decode
    "https://fcm%2egoogleapis.com/x",
    "https://fcm.googleapis.com%00.evil.example/x",
    "https://fcm.googleapis.com%2f@evil.example/x",
    "https://fcm.google\tapis.com/x",
    "https://fcm.googleapis.com/\r\nHost: evil.example",
    " https://fcm.googleapis.com/x",
    "https://fcm.googleapis.com/x ",
    "https://fcm.googleapis.com/\x00",
    "https://fcm.googleapis.com/\x7f",
    "https://fcm.googleapis.com/ü",
    "https://ｆｃｍ.googleapis.com/x",
    "https://fcm。googleapis。com/x",
    "https://fcm.googleapıs.com/x",
    "https://fcm.googleapis.com../x",
    "https://.fcm.googleapis.com/x",
    "https://a..push.apple.com/x",
    "https://[fcm.googleapis.com]/x",
    # addresses of this machine and of internal networks
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://localhost.localdomain/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0177.0.0.1/x",
    "https://0/x",
    "https://0.0.0.0/x",
    "https://10.0.0.1/x",
    "https://172.16.0.1/x",
    "https://192.168.0.1/x",
    "https://100.64.0.1/x",
    "https://169.254.169.254/x",
    "https://192.88.99.1/x",
    "https://224.0.0.1/x",
    "https://255.255.255.255/x",
    "https://[::1]/x",
    "https://[::]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:7f00:1]/x",
    "https://[::127.0.0.1]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[2002:7f00:1::]/x",
    "https://[fe80::1%25eth0]/x",
    "https://[fe80::1]/x",
    "https://[fc00::1]/x",
    "https://[fec0::1]/x",
    "https://metadata.google.internal/x",
    # nothing at all
    "",
    "https://",
    "https://:443/x",
    "https://[",
    "https://[]/x",
    "x" * 10,
]
GOOD = [
    ("https://fcm.googleapis.com/fcm/send/abc:def", "https://fcm.googleapis.com/fcm/send/abc:def"),
    ("https://FCM.GoogleAPIs.com/Fcm", "https://fcm.googleapis.com/Fcm"),
    ("HTTPS://fcm.googleapis.com/x", "https://fcm.googleapis.com/x"),
    ("https://fcm.googleapis.com./x", "https://fcm.googleapis.com/x"),
    ("https://fcm.googleapis.com:443/x", "https://fcm.googleapis.com/x"),
    ("https://fcm.googleapis.com:/x", "https://fcm.googleapis.com/x"),
    ("https://fcm.googleapis.com", "https://fcm.googleapis.com/"),
    ("https://fcm.googleapis.com?token=a/b@c", "https://fcm.googleapis.com/?token=a/b@c"),
    ("https://jmt17.google.com/fcm/send/x", "https://jmt17.google.com/fcm/send/x"),
    (
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA_-=",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA_-=",
    ),
    ("https://web.push.apple.com/QM", "https://web.push.apple.com/QM"),
    ("https://api.sandbox.push.apple.com/QM", "https://api.sandbox.push.apple.com/QM"),
    ("https://wns2-par02p.notify.windows.com/w/?token=B", "https://wns2-par02p.notify.windows.com/w/?token=B"),
]


@pytest.mark.parametrize("endpoint", REFUSED)
def test_an_endpoint_elsewhere_is_refused(endpoint: str) -> None:
    with pytest.raises(EndpointRefused):
        endpoint_check(endpoint)


@pytest.mark.parametrize(("endpoint", "url"), GOOD)
def test_an_endpoint_at_a_known_service_is_brought_to_one_spelling(endpoint: str, url: str) -> None:
    assert endpoint_check(endpoint).url == url
    assert endpoint_check(url).url == url


def test_an_endpoint_is_as_long_as_the_column_at_most() -> None:
    start = "https://fcm.googleapis.com/"
    assert endpoint_check(start + "x" * (ENDPOINT_MAX - len(start)))
    with pytest.raises(EndpointRefused):
        endpoint_check(start + "x" * (ENDPOINT_MAX - len(start) + 1))


def test_plain_http_is_for_this_machine_where_it_is_listed(settings: Any) -> None:
    settings.HARK_PUSH_HOSTS = ["127.0.0.1:9090", "localhost:9090", "push.example.com:8443"]
    assert endpoint_check("http://127.0.0.1:9090/x").origin == "http://127.0.0.1:9090"
    assert endpoint_check("https://127.0.0.1:9090/x").is_local
    assert endpoint_check("http://localhost:9090/x").is_local
    assert endpoint_check("https://push.example.com:8443/x").origin == "https://push.example.com:8443"
    for endpoint in (
        "http://127.0.0.1:9091/x",
        "http://127.0.0.1/x",
        "http://127.0.0.2:9090/x",
        "http://[::1]:9090/x",
        "http://push.example.com:8443/x",
        "https://push.example.com/x",
        "https://fcm.googleapis.com/x",  # not in this list
    ):
        with pytest.raises(EndpointRefused):
            endpoint_check(endpoint)


def test_a_name_of_other_letters_is_listed_as_it_is_written_and_meant_in_ascii(settings: Any) -> None:
    settings.HARK_PUSH_HOSTS = ["push.bücher.example"]
    assert endpoint_check("https://push.xn--bcher-kva.example/x").host == "push.xn--bcher-kva.example"


@pytest.mark.parametrize(
    "entry",
    [
        "",
        " ",
        "*",
        "*.",
        "*.com",
        "com",
        "https://fcm.googleapis.com",
        "fcm.googleapis.com/",
        "fcm.*.com",
        "*fcm.googleapis.com",
        "fcm..com",
        "fcm.googleapis.com:",
        "fcm.googleapis.com:x",
        "fcm.googleapis.com:0",
        "fcm.googleapis.com:65536",
        "fcm.googleapis.com:443:443",
        "user@fcm.googleapis.com",
        "127.0.0.1",
        "localhost",
        "*.localhost:9090",
        "10.0.0.1",
        "10.0.0.1:443",
        "169.254.169.254:443",
        "0x7f.1",
        "2130706433",
        "[::1]:443",
        "::1",
        "-fcm.com",
        "x" * 64 + ".com",
    ],
)
def test_a_malformed_entry_of_the_list_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="."):
        pattern_parse(entry)
