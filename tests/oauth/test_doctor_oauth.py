"""The doctor, where workspaces install the bot."""

from __future__ import annotations

from pathlib import Path

import pytest
from doctoring import finding, findings

from glm_slackbot.app.doctor.finding import Verdict, any_failed
from glm_slackbot.storage.secret_box import new_encryption_key

from ..conftest import BotStarter
from .conftest import Town, oauth_settings


async def test_all_is_well(town: Town, start_town_bot: BotStarter, rows: Path) -> None:
    async with start_town_bot() as bot:
        await town.install(bot, "T1")
        found = await findings(town.world, oauth_settings(f"sqlite:///{rows}"))
    assert not any_failed(found)
    said = {one.name: one.words for one in found}
    assert "https://bot.example.com/slack/install" in said["settings"]
    assert said["slack"] == "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are accepted"
    assert said["installs"] == "workspaces: 1, their tokens can be decrypted"


async def test_nobody_need_have_installed_it(
    town: Town, start_town_bot: BotStarter, rows: Path
) -> None:
    found = await finding(town.world, "installs", oauth_settings(f"sqlite:///{rows}"))
    assert found.verdict is Verdict.FINE
    assert not rows.with_name("bot.db.key").exists()


@pytest.mark.parametrize("wrong", ["slack_client_id", "slack_client_secret"])
async def test_a_wrong_credential_fails(town: Town, rows: Path, wrong: str) -> None:
    settings = oauth_settings(f"sqlite:///{rows}", **{wrong: "wrong"})
    found = await finding(town.world, "slack", settings)
    assert found.verdict is Verdict.FAILED
    assert "copy both anew" in found.mend


async def test_tokens_of_another_key_fail(
    town: Town, start_town_bot: BotStarter, rows: Path
) -> None:
    async with start_town_bot() as bot:
        await town.install(bot, "T1")
    for key in (new_encryption_key(), "no key at all"):
        settings = oauth_settings(f"sqlite:///{rows}", encryption_key=key)
        found = await finding(town.world, "installs", settings)
        assert found.verdict is Verdict.FAILED
    rows.with_name("bot.db.key").unlink()
    found = await finding(town.world, "installs", oauth_settings(f"sqlite:///{rows}"))
    assert "1 of 1" in found.words
