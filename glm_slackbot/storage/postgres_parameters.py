"""The parameters of a PostgreSQL URL. Most are libpq's; asyncpg sends on what it does not know.

The server then refuses the connection. So what steers libpq or a pool is left out, what would be
missed is a mistake, and the rest (``application_name``, ``options``, …) is the server's to judge.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

IGNORED_PARAMETERS: Final = frozenset(
    {
        # libpq's own
        "channel_binding",
        "client_encoding",
        "connect_timeout",
        "fallback_application_name",
        "gssdelegation",
        "gssencmode",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "load_balance_hosts",
        "max_protocol_version",
        "min_protocol_version",
        "sslcertmode",
        "sslcompression",
        "sslsni",
        "tcp_user_timeout",
        # other drivers' and their pools', which hosts put into the URLs that they show
        "connection_limit",
        "pgbouncer",
        "pool_timeout",
        "supa",
        "uselibpqcompat",
    }
)

_CANNOT: Final = "which our driver cannot do: leave it out"
_MISSED: Final = {
    "hostaddr": "which our driver does not know: write the address as the host",
    "require_auth": _CANNOT,
    "requirepeer": _CANNOT,
    "ssl": "which is another driver's word: write sslmode=require",
    "sslcrldir": "which our driver cannot do: name one file by sslcrl",
}
"""Without these the connection would be less than what was asked for."""


def driver_parameters(query: str) -> dict[str, str]:
    """What asyncpg or the server understands. Raises ValueError with a rule, quoting no secret."""
    given = dict(parse_qsl(query))
    for name in given.keys() & _MISSED.keys():
        raise ValueError(f"has {name}=, {_MISSED[name]}")
    if given.get("gssencmode") == "require":
        raise ValueError(f"has gssencmode=require, {_CANNOT}")
    if given.get("sslmode", "prefer") not in SSL_MODES:
        raise ValueError(
            f"has an unknown sslmode; it can be {', '.join(SSL_MODES)} "
            "(require encrypts; only the last two ask for the server's certificate)"
        )
    if not all(port.isdecimal() for port in given.get("port", "0").split(",")):
        raise ValueError("has port=, which is no number")
    return {name: value for name, value in given.items() if name not in IGNORED_PARAMETERS}
