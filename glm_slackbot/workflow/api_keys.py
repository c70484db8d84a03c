"""Which API key a workspace's images are bought with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from glm_slackbot.domain.errors import SetupError
from glm_slackbot.domain.job import Origin
from glm_slackbot.glm.client import ApiKey


class ApiKeys(Protocol):
    """Looks API keys up."""

    async def find(self, origin: Origin) -> ApiKey | None:
        """The API key that serves this origin's workspace, or None."""


@dataclass(frozen=True, slots=True)
class OneApiKey:
    """The environment's API key, for every workspace."""

    api_key: ApiKey | None

    async def find(self, origin: Origin) -> ApiKey | None:
        """The same for all."""
        return self.api_key


async def need_api_key(api_keys: ApiKeys, origin: Origin) -> ApiKey:
    """The API key, or the error that says what an admin must do."""
    api_key = await api_keys.find(origin)
    if api_key is None:
        raise SetupError("setup.no_api_key")
    return api_key


def api_key_id(api_key: ApiKey) -> str:
    """A name for an API key that tells nothing of it; images at once are counted by it."""
    words = f"{api_key.provider}:{api_key.secret}".encode()
    return hashlib.blake2b(words, digest_size=12, person=b"api_key_id").hexdigest()
