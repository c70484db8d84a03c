"""What holds for a request: the installation's defaults, and what the workspace's admins saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from glm_slackbot.domain.errors import SetupError
from glm_slackbot.domain.imagine import ImagineDefaults
from glm_slackbot.domain.job import Origin
from glm_slackbot.domain.workspace import Limits
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.storage.workspaces import Workspace
from glm_slackbot.workflow.services import Services


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that is decided for a workspace, in force now."""

    workspace: Workspace
    defaults: ImagineDefaults
    limits: Limits
    api_key: ApiKey | None
    setup_error: SetupError | None
    """Why nothing can be bought, and what an admin must do; None where all is well."""

    def need_api_key(self) -> ApiKey:
        """The API key. Raises SetupError."""
        if self.api_key is None:
            raise self.setup_error or SetupError("setup.no_api_key")
        return self.api_key


async def rules_for(services: Services, origin: Origin) -> Rules:
    """Read at every request: what an admin saves holds at once, in every process."""
    return rules_of(services, await services.workspaces.find(origin.workspace_id))


def rules_of(services: Services, workspace: Workspace) -> Rules:
    """The rules of a workspace that is read already."""
    api_key, setup_error = None, None
    try:
        api_key = services.api_keys.need_of(workspace)
    except SetupError as error:
        setup_error = error
    settings = workspace.settings
    installation = replace(
        services.defaults, provider=None if api_key is None else api_key.provider
    )
    return Rules(
        workspace=workspace,
        defaults=settings.defaults(installation),
        limits=Limits.of(settings, daily_images=services.daily_images),
        api_key=api_key,
        setup_error=setup_error,
    )
