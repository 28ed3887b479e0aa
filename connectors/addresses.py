"""Which internet addresses a file may be fetched from: those that everybody can reach, however they are written."""

from __future__ import annotations

import ipaddress

_V6_GLOBAL = ipaddress.ip_network("2000::/3")  # all that IANA has given out for unicast
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_ODD = tuple(  # special-purpose too, though not every version of Python that we run on knows it (RFC 6890, 7526, 9637)
    ipaddress.ip_network(written) for written in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20")
)
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")  # RFC 3056


def is_public(written: str) -> bool:
    """Whether an IP address is global unicast; an IPv4 address wrapped in an IPv6 one is judged by itself.

    Private, loopback, link-local, shared (100.64/10), multicast and reserved addresses are not (IANA special-purpose
    registries), nor is what cannot be read.
    """
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is None:
            return address in _V6_GLOBAL and _global(address)
        return _global(inner)
    return _global(address)


def _global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    special = address.is_multicast or address.is_reserved or any(address in network for network in _ODD)
    return address.is_global and not special


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Give the IPv4 address that an IPv6 one stands for, if it does."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[12:])
    return address.sixtofour if address in _SIX_TO_FOUR else None
