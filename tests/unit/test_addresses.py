"""Which clients count as one."""

import pytest
from hypothesis import given
from hypothesis.strategies import ip_addresses, text

from backend.api.addresses import TEXT_MAX, address_block


@pytest.mark.parametrize(
    ("ip", "block"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unix:", "unix:"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
    ],
)
def test_an_ipv6_customer_is_one_client(ip: str, block: str) -> None:
    assert address_block(ip) == block


@given(ip_addresses(v=6))
def test_all_addresses_of_a_block_are_one_client(ip: object) -> None:
    block = address_block(str(ip))
    assert address_block(block) == block
    if "/" in block:
        assert address_block(block.replace("/64", "") + "1") == block or not block.endswith("::/64")


@given(text(max_size=60))
def test_nonsense_is_a_client_too(ip: str) -> None:
    assert len(address_block(ip)) <= TEXT_MAX
