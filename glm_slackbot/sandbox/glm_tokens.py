"""Tokens that the provider's SDKs can sign by an API key instead of sending it (a JWT, HS256)."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any


def is_token_of(token: str, api_key: str) -> bool:
    """Whether the token was signed by the secret of this key, names its id, and still counts."""
    signed, _, signature = token.rpartition(".")
    key_id, _, secret = api_key.partition(".")
    right = urlsafe_b64encode(hmac.digest(secret.encode(), signed.encode(), "sha256"))
    if not hmac.compare_digest(right.rstrip(b"="), signature.encode()):
        return False
    claims = _claims(signed.partition(".")[2])
    return bool(claims["api_key"] == key_id and claims["exp"] > time.time() * 1000)


def _claims(part: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
