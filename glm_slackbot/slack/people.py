"""Who somebody is: their language, and whether they are an admin, a guest or a stranger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import ClientFor
from glm_slackbot.slack.remembered import Remembered
from glm_slackbot.texts import locale_of_slack
from glm_slackbot.workflow.ports import Person

User = Mapping[str, Any]

_ADMIN = ("is_admin", "is_owner", "is_primary_owner")
_ORG_ADMIN = ("is_admin", "is_owner")
_GUEST = ("is_restricted", "is_ultra_restricted")
_OUTSIDER = (*_GUEST, "is_bot", "is_stranger", "deleted")
_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


class People:
    """Looks each person up at most once a minute."""

    def __init__(self, client_for: ClientFor, clock: Callable[[], float]) -> None:
        self._client_for = client_for
        self._known: Remembered[tuple[str, str], Person] = Remembered(clock)

    async def person(self, team_id: str, user_id: str, enterprise_id: str | None = None) -> Person:
        """What Slack tells; a stranger of no language where it hides them. Raises BotError."""
        return await self._known.get(
            (team_id, user_id), lambda: self._look_up(team_id, user_id, enterprise_id)
        )

    async def _look_up(self, team_id: str, user_id: str, enterprise_id: str | None) -> Person:
        client = await self._client_for(team_id, enterprise_id)
        question = {"user": user_id, "include_locale": "true"}
        answer = await ask(client, "users.info", question, as_form=True, expected=_NOBODY)
        user = answer.get("user")
        if user is None:
            return Person(locale=None, is_stranger=True)
        return _read(user, is_stranger=_is_stranger(user, team_id, enterprise_id))


def _read(user: User, *, is_stranger: bool) -> Person:
    inside = not is_stranger and not any(user.get(mark) for mark in _OUTSIDER)
    organisation = user.get("enterprise_user") or {}
    return Person(
        locale=locale_of_slack(user.get("locale") or None),
        is_admin=inside and any(user.get(mark) for mark in _ADMIN),
        is_org_admin=inside and any(organisation.get(mark) for mark in _ORG_ADMIN),
        is_guest=any(user.get(mark) for mark in _GUEST),
        is_stranger=is_stranger,
    )


def _is_stranger(user: User, team_id: str, enterprise_id: str | None) -> bool:
    """Whether somebody is of another organisation; its own workspaces' people are none."""
    if user.get("is_stranger"):
        return True
    if user.get("team_id") in (None, "", team_id, enterprise_id):
        return False
    theirs = (user.get("enterprise_user") or {}).get("enterprise_id")
    return theirs is None or theirs != enterprise_id
