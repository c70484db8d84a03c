"""What stands for a person who was forgotten."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

_START: Final = "forgotten-"


def mark_of(user_id: str, secret: str) -> str:
    """One-way: the same each time, so that rows of one person stay together.

    Without the secret nobody finds the person by trying every id.
    """
    digest = hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
    return _START + digest[:16]


def is_mark(id_: str) -> bool:
    """Whether somebody stood here who was forgotten."""
    return id_.startswith(_START)
