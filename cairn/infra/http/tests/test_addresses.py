"""Where a request comes from, behind proxies or not."""

import pytest

from cairn.infra.http.addresses import Addresses, networks
from cairn.kernel.errors import Invalid

PROXIES = networks("10.0.0.0/8, ::1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7:5000", "", "203.0.113.7"),
        ("203.0.113.7:5000", "198.51.100.1", "203.0.113.7"),  # Anybody can write a header.
        ("10.0.0.2:5000", "198.51.100.1", "198.51.100.1"),
        ("[::1]:5000", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2:5000", "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2:5000", "203.0.113.99, 198.51.100.1", "198.51.100.1"),  # What came before our proxy is a claim.
        ("10.0.0.2:5000", "", "10.0.0.2"),
        ("10.0.0.2:5000", "nonsense", "nonsense"),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str, forwarded: str, address: str) -> None:
    assert Addresses(PROXIES).of(peer, forwarded) == address


def test_without_proxies_the_header_means_nothing() -> None:
    assert Addresses().of("127.0.0.1:5000", "198.51.100.1") == "127.0.0.1"


def test_a_wrong_network_is_named() -> None:
    with pytest.raises(Invalid, match="'home'"):
        networks("10.0.0.0/8,home")
