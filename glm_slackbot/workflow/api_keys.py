"""Which API key a workspace's images are bought with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from glm_slackbot.domain.errors import SetupError
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.job import Origin
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.storage.secret_box import CannotOpen, SecretBox
from glm_slackbot.storage.workspaces import Workspace, WorkspaceStore


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """A workspace's own API key, else the environment's where it serves all."""

    workspaces: WorkspaceStore
    secret_box: SecretBox | None
    environment: ApiKey | None
    """Where shared: for every workspace that has none of its own."""

    async def need(self, origin: Origin) -> ApiKey:
        """The API key, or the SetupError that says what an admin must do."""
        return self.need_of(await self.workspaces.find(origin.workspace_id))

    def need_of(self, workspace: Workspace) -> ApiKey:
        """The same for a workspace that is read already."""
        api_key = self.of(workspace)
        if api_key is None:
            raise SetupError("setup.no_api_key")
        return api_key

    def of(self, workspace: Workspace) -> ApiKey | None:
        """The API key, or None. Raises SetupError for one that cannot be decrypted."""
        if workspace.api_key is None:
            return self.environment
        try:
            if self.secret_box is None:
                raise CannotOpen
            secret = self.secret_box.open(workspace.api_key.sealed)
        except CannotOpen:
            raise SetupError("setup.api_key_unreadable") from None
        return ApiKey(Provider(workspace.api_key.provider), secret)


def api_key_id(api_key: ApiKey) -> str:
    """A name for an API key that tells nothing of it; images at once are counted by it."""
    words = f"{api_key.provider}:{api_key.secret}".encode()
    return hashlib.blake2b(words, digest_size=12, person=b"api_key_id").hexdigest()
