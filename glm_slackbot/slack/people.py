"""Who somebody is: their language, and whether they are an admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import ClientFor
from glm_slackbot.slack.remembered import Remembered
from glm_slackbot.texts import locale_of_slack
from glm_slackbot.workflow.ports import Person

_ADMIN = ("is_admin", "is_owner", "is_primary_owner")
_ORG_ADMIN = ("is_admin", "is_owner")
_OUTSIDER = ("is_restricted", "is_ultra_restricted", "is_bot", "is_stranger", "deleted")
_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


class People:
    """Looks each person up at most once a minute."""

    def __init__(self, client_for: ClientFor, clock: Callable[[], float]) -> None:
        self._client_for = client_for
        self._known: Remembered[tuple[str, str], Person] = Remembered(clock)

    async def person(self, team_id: str, user_id: str, enterprise_id: str | None = None) -> Person:
        """What Slack tells; of no language, and no admin, where it hides them. Raises BotError."""
        return await self._known.get(
            (team_id, user_id), lambda: self._look_up(team_id, user_id, enterprise_id)
        )

    async def _look_up(self, team_id: str, user_id: str, enterprise_id: str | None) -> Person:
        client = await self._client_for(team_id, enterprise_id)
        question = {"user": user_id, "include_locale": "true"}
        answer = await ask(client, "users.info", question, as_form=True, expected=_NOBODY)
        return _read(answer.get("user") or {})


def _read(user: dict[str, Any]) -> Person:
    inside = not any(user.get(mark) for mark in _OUTSIDER)
    organisation = user.get("enterprise_user") or {}
    return Person(
        locale=locale_of_slack(user.get("locale") or None),
        is_admin=inside and any(user.get(mark) for mark in _ADMIN),
        is_org_admin=inside and any(organisation.get(mark) for mark in _ORG_ADMIN),
    )
