"""What admins do on the Home tab and in its modals, and what they then see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.slack_parcel import Answer
from glm_slackbot.sandbox.slack_view import View
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import AuditEntry
from glm_slackbot.storage.workspaces import Workspace
from glm_slackbot.ui import actions

ADMIN = "U2"
TEAM = "T0SANDBOX"
BIGMODEL = TEST_API_KEYS[Provider.BIGMODEL]
ZAI = TEST_API_KEYS[Provider.ZAI]


def words_of(view: View) -> str:
    """Everything that can be read in a view."""
    return json.dumps(view.content, ensure_ascii=False)


async def see_home(world: World, user: str = ADMIN) -> View:
    """The person's Home tab, opened just now."""
    before = len(world.slack.calls("views.publish"))
    await world.slack.open_home(user)
    await world.until(lambda: len(world.slack.calls("views.publish")) > before)
    home = world.slack.home_of(user)
    assert home is not None
    return home


async def see_modal(world: World, words: str, user: str = ADMIN, *, earlier: int = 0) -> View:
    """The person's newest modal, once it says this; not one of so many ``earlier`` ones."""

    def found() -> View | None:
        shown = world.slack.opened_views(user)[earlier:][-1:]
        return shown[0] if shown and words in words_of(shown[0]) else None

    try:
        seen: View = await world.until(found, 10.0)
    except TimeoutError:
        there = [words_of(view) for view in world.slack.opened_views(user)]
        raise AssertionError(f"{words!r} is in none of {there}") from None
    return seen


async def open_from_home(world: World, action_id: str, words: str, user: str = ADMIN) -> View:
    """Press a button on Home, and see what its modal says."""
    earlier = len(world.slack.opened_views(user))
    await world.slack.press(await see_home(world, user), action_id, user=user)
    return await see_modal(world, words, user, earlier=earlier)


async def submit_api_key(
    world: World, secret: str, provider: str = "bigmodel", user: str = ADMIN
) -> tuple[View, Answer]:
    """Fill in the modal for the API key."""
    view = await open_from_home(world, actions.SET_API_KEY, actions.API_KEY_VIEW, user)
    return view, await world.slack.submit(view, api_key_values(secret, provider), user=user)


async def set_api_key(world: World, secret: str, provider: str, words: str = "Saved") -> View:
    """The same, up to its result."""
    await submit_api_key(world, secret, provider)
    return await see_modal(world, words)


def api_key_values(secret: str | None, provider: str | None) -> dict[str, Any]:
    """What Slack sends of the form."""
    chosen = provider and {"value": provider, "text": {"type": "plain_text", "text": provider}}
    return {
        "provider": {"a": {"type": "radio_buttons", "selected_option": chosen}},
        "secret": {"b": {"type": "plain_text_input", "value": secret}},
    }


async def saved(bot: Any) -> Workspace:
    """What is saved of the workspace now."""
    found: Workspace = await bot.services.workspaces.find(TEAM)
    return found


async def audit(bot: Any) -> Sequence[AuditEntry]:
    """The workspace's audit log, newest first."""
    found: Sequence[AuditEntry] = await bot.services.audit.last(TEAM, 50)
    return found


async def acts(bot: Any) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Who did what, oldest first."""
    return [(e.user_id, e.act.value, e.details) for e in reversed(await audit(bot))]


def demote(world: World, user: str = ADMIN) -> None:
    """The person is an admin no longer, and a minute goes by, in which it was remembered."""
    world.slack.workspace.users[user].is_admin = False
    world.clock.advance(61)  # type: ignore[union-attr]
