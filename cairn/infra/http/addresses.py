"""Where a request comes from: the other end of the connection, or, behind our own proxies, whom they name."""

import ipaddress
from collections.abc import Iterable

from cairn.kernel.errors import Invalid

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """Networks from a list with commas. Raises Invalid that names the wrong one."""
    found = []
    for one in filter(None, text.replace(" ", "").split(",")):
        try:
            found.append(ipaddress.ip_network(one, strict=False))
        except ValueError:
            raise Invalid(f"{one!r} is no IP address or network, such as 10.0.0.0/8.") from None
    return tuple(found)


def host_of(place: str) -> str:
    """The address of a place such as 127.0.0.1:8000 or [::1]:8000."""
    return place.rpartition(":")[0].strip("[]")


class Addresses:
    """Tells the caller's address. X-Forwarded-For is believed as far as trusted proxies have written it."""

    def __init__(self, trusted: Iterable[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def of(self, peer: str, forwarded_for: str) -> str:
        """`peer` is the other end with its port, `forwarded_for` the header; the last name in it is the newest."""
        address = host_of(peer)
        if not self._trusted:
            return address
        names = [name.strip() for name in forwarded_for.split(",") if name.strip()]
        while names and self._is_ours(address):
            address = names.pop()
        return address

    def _is_ours(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._trusted)
