"""An API key set in Slack is nowhere to be read: not on disk, not in the log, not in Slack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import PostgresServer, postgres_running, url_of
from sqlalchemy.schema import DropTable

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.observe import set_up_logging
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.glm_weather import Reply
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.secret_box import new_encryption_key
from glm_slackbot.storage.tables import audit
from glm_slackbot.ui import actions

from ..conftest import BotStarter
from .administering import (
    ADMIN,
    acts,
    api_key_values,
    open_from_home,
    saved,
    see_home,
    see_modal,
    set_api_key,
    submit_api_key,
    words_of,
)
from .seeing import see_result

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")

# Not of the shape that the log blots out by itself: nothing may hold it in the first place.
GOOD = "workspacekey.Zx9secretsecret"
BAD = "refusedkey.Qw8secretsecret"
MISSHAPEN = "misshapenkey Ty7secretsecret"
SECRETS = (
    GOOD,
    BAD,
    MISSHAPEN,
    *(s.replace(" ", ".").split(".")[1] for s in (GOOD, BAD, MISSHAPEN)),
)


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket"])
@pytest.mark.usefixtures("logging_as_before")
async def test_an_api_key_is_nowhere_to_be_read(
    world: World,
    start_bot: BotStarter,
    rows: Path,
    capfd: pytest.CaptureFixture[str],
    socket_mode: bool,
) -> None:
    set_up_logging("json", "DEBUG")
    world.glm.api_keys = TEST_API_KEYS | {Provider.BIGMODEL: GOOD}
    async with start_bot(socket_mode=socket_mode):
        if socket_mode:
            await world.slack.socket.connected()
        await set_api_key(world, GOOD, "bigmodel")
        await set_api_key(world, BAD, "bigmodel", "does not accept")
        world.glm.weather.next_poll(Reply(status=500, text="<html>"))
        await set_api_key(world, GOOD, "bigmodel", "no proper answer")
        await submit_api_key(world, MISSHAPEN)
        await open_from_home(world, actions.TEST_API_KEY, "accepts the API key")
        await world.slack.command("a fox", user="U1", channel="C1")
        await see_result(world)
        assert GOOD.encode() in b"".join(
            r.headers.get("authorization", "").encode() for r in world.glm.requests
        )

    logged = capfd.readouterr()
    told = [(c.method, c.args, c.answer) for c in world.slack.workspace.api_calls]
    answered = [sent.answer.body for sent in world.slack.sent]
    everywhere = {
        "log": (logged.out + logged.err).encode(),
        "slack": f"{told}{answered}".encode(),
        **{file.name: file.read_bytes() for file in rows.parent.iterdir() if file.is_file()},
    }
    assert {"bot.db", "bot.db.key"} <= set(everywhere)
    assert logged.out + logged.err
    found = [(place, s) for place, b in everywhere.items() for s in SECRETS if s.encode() in b]
    assert found == []


async def test_a_fault_while_it_is_saved_shows_it_in_no_log_either(
    world: World, start_bot: BotStarter, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also where a host app has set up no log: structlog's own shows the values of variables."""
    world.glm.api_keys = TEST_API_KEYS | {Provider.BIGMODEL: GOOD}
    async with start_bot() as bot:
        view = await open_from_home(world, actions.SET_API_KEY, actions.API_KEY_VIEW)
        async with bot.services.database.write() as connection:
            await connection.execute(DropTable(audit))
        await world.slack.submit(view, api_key_values(GOOD, "bigmodel"), user=ADMIN)
        await see_modal(world, "reference")
        assert (await saved(bot)).api_key is None
    logged = "".join(capfd.readouterr())
    assert "no such table: audit" in logged
    assert "Zx9secretsecret" not in logged


async def test_an_api_key_of_a_lost_encryption_key_is_told_and_kept(
    world: World, start_bot: BotStarter
) -> None:
    first, second = new_encryption_key(), new_encryption_key()
    async with start_bot(encryption_key=first):
        await set_api_key(world, TEST_API_KEYS[Provider.ZAI], "z.ai")
    async with start_bot(encryption_key=second) as bot:
        kept = await saved(bot)
        assert "cannot be decrypted" in words_of(await see_home(world))
        await open_from_home(world, actions.TEST_API_KEY, "cannot be decrypted")
        card = await world.slack.command("a fox", user="U1", channel="C1")
        assert "cannot be decrypted" in card.body
        assert await saved(bot) == kept
    async with start_bot(encryption_key=f"{second},{first}"):
        assert "cannot be decrypted" not in words_of(await see_home(world))
        await open_from_home(world, actions.TEST_API_KEY, "api.z.ai accepts the API key")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A server for this file."""
    with postgres_running() as server:
        yield server


async def test_on_postgresql_without_an_encryption_key_nothing_is_saved_and_the_line_is_told(
    world: World, start_bot: BotStarter, postgres: PostgresServer
) -> None:
    async with start_bot(database_url=url_of(await postgres.migrated())) as bot:
        view = await open_from_home(world, actions.SET_API_KEY, "Fernet.generate_key()")
        assert "GLM_SLACKBOT_ENCRYPTION_KEY" in words_of(view)
        view.content["callback_id"] = actions.API_KEY_VIEW  # submitted all the same
        values = api_key_values(TEST_API_KEYS[Provider.BIGMODEL], "bigmodel")
        await world.slack.submit(view, values, user=ADMIN)
        await see_modal(world, "Nothing was saved")
        assert "Fernet.generate_key()" in words_of(view)
        assert (await saved(bot)).api_key is None
        assert await acts(bot) == []
    assert world.glm.requests == []


async def test_on_postgresql_an_api_key_is_kept_while_the_encryption_key_is_missing(
    world: World, start_bot: BotStarter, postgres: PostgresServer
) -> None:
    url, key = url_of(await postgres.migrated()), new_encryption_key()
    async with start_bot(database_url=url, encryption_key=key):
        await set_api_key(world, TEST_API_KEYS[Provider.ZAI], "z.ai")
    async with start_bot(database_url=url) as bot:
        assert "cannot be decrypted" in words_of(await see_home(world))
        assert (await saved(bot)).api_key is not None


def test_an_api_key_shows_nothing_of_itself() -> None:
    assert GOOD not in repr(ApiKey(Provider.ZAI, GOOD))
