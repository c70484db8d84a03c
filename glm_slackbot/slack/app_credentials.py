"""Who our app is to Slack, and whom it serves."""

from __future__ import annotations

from dataclasses import dataclass, field

from glm_slackbot.domain.errors import SetupError
from glm_slackbot.slack.clients import basic_authorization


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """The app's own id and secret, and which workspaces may have it."""

    client_id: str
    client_secret: str = field(repr=False)
    install_url: str
    """Where an admin installs it."""
    allowed: frozenset[str] = frozenset()
    """Ids of workspaces and organisations; empty: everybody."""

    def allows(self, team_id: str | None, enterprise_id: str | None) -> bool:
        """Whether the door is open to a workspace."""
        return not self.allowed or bool(self.allowed & {team_id, enterprise_id})

    def not_installed(self) -> SetupError:
        """What a workspace without an installation, or without the door open, is told."""
        return SetupError("install.not_installed", install_url=self.install_url)

    @property
    def as_headers(self) -> dict[str, str]:
        """As Slack prefers it: by HTTP Basic authentication, not among the arguments."""
        return {"Authorization": basic_authorization(self.client_id, self.client_secret)}
