"""Names of machines, judged by their looks: nobody is asked for them."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_LABELS: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.I)


def can_be_a_host(name: str) -> bool:
    """Whether this is an IP address (without brackets), or could be a machine's name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return len(name) < 254 and _LABELS.fullmatch(_in_ascii(name)) is not None
    return True


def _in_ascii(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
