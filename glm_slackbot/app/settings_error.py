"""The error of settings that cannot be used."""

from __future__ import annotations

from glm_slackbot.domain.errors import SetupError


class SettingsError(Exception):
    """One or more settings cannot be used; ``lines`` names each variable and its mistake."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def token_refused(variable: str, error: SetupError, mend: str) -> SettingsError:
    """Slack does not take a token: a mistake that only a call can show."""
    code = error.params.get("code")
    return SettingsError([f"{variable} is not accepted by Slack ({code}): {mend}"])
