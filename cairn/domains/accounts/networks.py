"""Lists of addresses that a key may be used from."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from cairn.kernel.errors import Invalid

MOST_NETWORKS = 50
POINTER = "/data/attributes/allowed_networks"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def checked(networks: Sequence[str]) -> list[str]:
    """The networks in one notation, each once. Raises Invalid that names the wrong one."""
    if len(networks) > MOST_NETWORKS:
        raise Invalid(f"A key may have at most {MOST_NETWORKS} networks.", pointer=POINTER)
    found: dict[str, None] = {}
    for position, text in enumerate(networks):
        try:
            found[str(ipaddress.ip_network(text.strip(), strict=False))] = None
        except ValueError:
            detail = f"{text[:60]!r} is no IP address or network, such as 203.0.113.7 or 203.0.113.0/24."
            raise Invalid(detail, pointer=f"{POINTER}/{position}") from None
    return list(found)


@lru_cache(maxsize=1024)
def parsed(networks: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one) for one in networks)


def contain(networks: tuple[str, ...], address: str) -> bool:
    """Whether an address is in one of these networks; an IPv4 address inside an IPv6 one counts as itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in parsed(networks))
