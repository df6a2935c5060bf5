"""Identify the subscriber behind a network address, by which failed attempts are counted."""

from __future__ import annotations

import ipaddress
from typing import Final

_IPV6_HOUSEHOLD: Final = 64  # prefix length in bits: a subscriber has all addresses of one /64 network


def household(address: str) -> str:
    """Return what the attempts of one subscriber are counted by: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, _IPV6_HOUSEHOLD), strict=False))
