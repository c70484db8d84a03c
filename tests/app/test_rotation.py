"""Every saved API key is encrypted anew, while the bot serves; the doctor says what none opens."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doctoring import command, finding, times_of

from glm_slackbot.app.beside import database_beside
from glm_slackbot.app.doctor.finding import Verdict
from glm_slackbot.app.rotation import rotate_all
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.sandbox.world import World, world_settings
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.secret_box import SecretBox, new_encryption_key
from glm_slackbot.storage.workspaces import SealedApiKey, WorkspaceStore

OLD, NEW, LOST = (new_encryption_key() for _ in range(3))
SECRET = "an-id.a-secret"

BotStarter = Callable[..., Any]


async def save(database: Database, workspace_id: str, by: str) -> None:
    sealed = SecretBox([by]).seal(SECRET)
    entry = AuditEntry(workspace_id, 0.0, "U2", Act.API_KEY_SET)
    api_key = SealedApiKey("bigmodel", sealed, "cret", "U2", 0.0)
    await WorkspaceStore(database).save_api_key(workspace_id, api_key, entry)


async def sealed(database: Database, workspace_id: str) -> str:
    api_key = (await WorkspaceStore(database).find(workspace_id)).api_key
    assert api_key is not None
    return api_key.sealed


async def test_while_the_bot_serves_all_is_encrypted_by_the_first_key(
    url: str, start_bot: BotStarter, tmp_path: Path
) -> None:
    async with start_bot(database_url=url, encryption_key=f"{NEW},{OLD}") as bot:
        for n in range(3):
            await save(bot.services.database, f"T{n}", OLD)
        keys = {"DATABASE_URL": url, "GLM_SLACKBOT_ENCRYPTION_KEY": f"{NEW},{OLD}"}
        ended = command("rotate-key", tmp_path, keys)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "Encrypted by the first key now: 3" in ended.stdout
        for n in range(3):
            opened = SecretBox([NEW]).open(await sealed(bot.services.database, f"T{n}"))
            assert opened == SECRET


async def test_what_no_key_opens_is_named_and_left(url: str, start_bot: BotStarter) -> None:
    settings = world_settings(url, encryption_key=NEW)
    async with start_bot(database_url=url, encryption_key=NEW) as bot:
        await save(bot.services.database, "T1", LOST)
        await save(bot.services.database, "T2", NEW)
        before = await sealed(bot.services.database, "T1")
        async with database_beside(settings) as database:
            rotated = await rotate_all(database, SecretBox([NEW]))
        assert (rotated.done, rotated.unreadable) == (1, ["the API key of T1"])
        assert await sealed(bot.services.database, "T1") == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "GLM_SLACKBOT_ENCRYPTION_KEY is not set"),
        ({"GLM_SLACKBOT_ENCRYPTION_KEY": "short"}, "it is not 32 bytes"),
        ({"GLM_SLACKBOT_ENCRYPTION_KEY": NEW}, "is not there"),
    ],
)
def test_what_it_needs_is_said_in_a_line(
    url: str, tmp_path: Path, given: dict[str, str], said: str
) -> None:
    ended = command("rotate-key", tmp_path, {"DATABASE_URL": url, **given})
    assert ended.returncode == 2
    assert said in ended.stderr
    assert times_of(tmp_path) == {}


async def test_a_database_of_another_schema_is_left_alone(url: str, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "bot.db").close()
    with pytest.raises(SettingsError, match="schema none"):
        async with database_beside(world_settings(url)):
            pass


# ---- the doctor


async def test_the_doctor_says_that_all_can_be_decrypted(
    world: World, url: str, start_bot: BotStarter
) -> None:
    async with start_bot(database_url=url, encryption_key=OLD) as bot:
        await save(bot.services.database, "T1", OLD)
        found = await finding(world, "api keys", world_settings(url, encryption_key=f"{NEW},{OLD}"))
    assert (found.verdict, found.words) == (
        Verdict.FINE,
        "all saved API keys can be decrypted: 1",
    )


async def test_the_doctor_names_what_cannot_be_decrypted(
    world: World, url: str, start_bot: BotStarter
) -> None:
    async with start_bot(database_url=url, encryption_key=OLD) as bot:
        await save(bot.services.database, "T7", LOST)
        found = await finding(world, "api keys", world_settings(url, encryption_key=NEW))
    assert (found.verdict, found.words) == (Verdict.FAILED, "cannot be decrypted: T7")


async def test_the_doctor_says_where_the_lost_key_may_be(
    world: World, url: str, start_bot: BotStarter, tmp_path: Path
) -> None:
    file = tmp_path / "bot.db.key"
    async with start_bot(database_url=url) as bot:
        found = await finding(world, "api keys", world_settings(url))
        assert (found.verdict, found.words) == (Verdict.FINE, "none saved in Slack")
        await save(bot.services.database, "T1", OLD)
        found = await finding(world, "api keys", world_settings(url, encryption_key=NEW))
        assert f"(that of the key file is in {file})" in found.mend
        file.unlink()
        found = await finding(world, "api keys", world_settings(url))
    assert found.verdict is Verdict.FAILED
    assert f"put the backup of {file} back" in found.mend
    assert not file.exists()


async def test_where_the_api_key_was_set_in_slack_the_doctor_misses_none(
    world: World, url: str, start_bot: BotStarter
) -> None:
    async with start_bot(database_url=url) as bot:
        settings = world_settings(url, zhipu_api_key=None)
        assert (await finding(world, "glm", settings)).verdict is Verdict.FAILED
        await save(bot.services.database, "T1", OLD)
        found = await finding(world, "glm", settings)
    assert found.verdict is Verdict.UNKNOWN
    assert "set in Slack" in found.words
