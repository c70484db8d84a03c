"""What the page tells the bot's process on its first line of input, and the bot tells back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Way = Literal["http", "socket"]


@dataclass(frozen=True)
class Order:
    """Plain values: the way of delivery, the rows, and the roads to the stand-ins."""

    way: Way
    database_url: str
    ports: Mapping[str, int]
    certificate: str
    slack_hosts: tuple[str, ...]
    real_api_keys: Mapping[str, str] | None = None
    """By the name of a setting; None: images of the stand-in GLM."""

    def line(self) -> bytes:
        """As it is handed over; by standard input, for others on the machine see arguments."""
        return json.dumps(asdict(self)).encode() + b"\n"


def read_order(line: bytes) -> Order:
    """The order of a line."""
    read: dict[str, Any] = json.loads(line)
    return Order(**read | {"slack_hosts": tuple(read["slack_hosts"])})
