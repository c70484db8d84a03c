"""Who may change a workspace's settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.errors import UpstreamError, UserError
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.domain.listed_admins import ListedAdmins
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.listeners.payloads import view_origin
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.world import World
from glm_slackbot.workflow.admin import is_admin, need_admin
from glm_slackbot.workflow.ports import Person
from glm_slackbot.workflow.saved_api_key import try_api_key

ONE = Origin(OriginKind.BUTTON, "T1", "U1", "", "")
ORG = replace(ONE, enterprise_id="E1", is_org_wide=True)
BODY = {"team": {"id": "T1", "enterprise_id": "E1"}, "user": {"id": "U1", "team_id": "T1"}}


def person(**marks: bool) -> Person:
    return Person("en", **marks)


def test_a_workspaces_admins_are_not_its_organisations(bot: Bot) -> None:
    assert is_admin(bot.services, ONE, person(is_admin=True))
    assert not is_admin(bot.services, ONE, person(is_org_admin=True))
    assert not is_admin(bot.services, ORG, person(is_admin=True))
    assert is_admin(bot.services, ORG, person(is_org_admin=True))


@pytest.mark.parametrize(
    ("listed", "of_one", "of_org"), [("T1:U1", True, False), ("E1:U1", False, True), ("U1", 1, 1)]
)
def test_a_listed_admin_is_one_where_listed(
    bot: Bot, listed: str, of_one: bool, of_org: bool
) -> None:
    services = replace(bot.services, admins=ListedAdmins.of(listed))
    assert is_admin(services, ONE, person()) == of_one
    assert is_admin(services, ORG, person()) == of_org


async def test_an_attempt_is_of_the_workspace_it_was_made_in(world: World, bot: Bot) -> None:
    with pytest.raises(UserError):
        await need_admin(bot.services, ORG, "change_settings")
    (entry,) = await bot.services.audit.last("E1", 5)
    assert (entry.user_id, entry.details) == ("U1", {"wanted": "change_settings"})


async def test_a_provider_that_does_not_answer_in_time_is_no_refusal(
    world: World, bot: Bot
) -> None:
    api_key = ApiKey(Provider.ZAI, TEST_API_KEYS[Provider.ZAI])
    with pytest.raises(UpstreamError) as caught:
        await try_api_key(bot.services, api_key, within=0)
    assert caught.value.text_id == "api_key.not_tried"


@pytest.mark.parametrize("flag", [True, "true"])
def test_an_organisations_workspaces_share_one_row(flag: object) -> None:
    assert view_origin({**BODY, "is_enterprise_install": flag}).workspace_id == "E1"


@pytest.mark.parametrize("flag", [False, "false", None])
def test_other_workspaces_have_a_row_of_their_own(flag: object) -> None:
    assert view_origin({**BODY, "is_enterprise_install": flag}).workspace_id == "T1"
    of_user = {**BODY, "team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": flag}
    assert view_origin(of_user).workspace_id == "T1"
