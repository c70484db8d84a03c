"""The same listeners on anyone's AsyncApp, whose own life goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot import install, open_services
from glm_slackbot.app.settings_reading import settings_without_environment
from glm_slackbot.app.web import serving
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.world import SIGNING_SECRET, World
from glm_slackbot.slack.clients import make_client
from glm_slackbot.slack.session import open_slack_session
from glm_slackbot.ui import actions

from .seeing import see_private, see_result, see_results

pytestmark = pytest.mark.usefixtures("mannerly")


@dataclass
class Host:
    """Somebody's app; ``heard`` is what its own listeners got."""

    app: AsyncApp
    client: AsyncWebClient
    heard: list[str] = field(default_factory=list)

    def hears(self, name: str) -> Callable[..., Awaitable[None]]:
        async def listener(ack: Any) -> None:
            self.heard.append(name)
            await ack()

        return listener


@pytest.fixture
async def host(world: World) -> AsyncIterator[Host]:
    async with open_slack_session(world.network.slack_connector()) as session:  # type: ignore[misc]
        client = make_client(session, "xoxb-sandbox")
        yield Host(AsyncApp(client=client, signing_secret=SIGNING_SECRET), client)


@asynccontextmanager
async def plugged_in(world: World, host: Host, folder: Path, **options: Any) -> AsyncIterator[None]:
    """Our listeners on the host's app, by the example in the README."""
    settings = settings_without_environment(
        database_url=f"sqlite:///{folder / 'bot.db'}",
        zhipu_api_key=TEST_API_KEYS[Provider.BIGMODEL],
    )

    async def client_for(team_id: str, enterprise_id: str | None) -> AsyncWebClient:
        return host.client

    services = open_services(
        settings, client_for=client_for, network=world.network, clock=world.clock
    )
    async with services as opened, serving(host.app.web_app(), "127.0.0.1", 0) as port:
        install(host.app, opened, **options)
        world.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        yield
        world.slack.request_url = None


async def test_a_hosts_command_mentions_messages_and_buttons_make_images(
    world: World, host: Host, tmp_path: Path
) -> None:
    async with plugged_in(world, host, tmp_path, command="/draw"):
        card = await world.slack.command("a fox", user="U1", channel="C1", command="/draw")
        await world.slack.press(await see_result(world), "Again", user="U2")
        await see_results(world, 2)
        await world.slack.mention("@bot an owl", user="U1", channel="C1")
        await see_results(world, 3)
        message = await world.slack.direct_message("a hare", user="U1")
        await see_results(world, 1, message.channel)
    assert card.shown is not None
    assert "accepted" in card.shown.words


async def test_help_names_the_hosts_command(world: World, host: Host, tmp_path: Path) -> None:
    async with plugged_in(world, host, tmp_path, command="/draw", listen={"command"}):
        card = await world.slack.command("", user="U1", channel="C1", command="/draw")
    assert "/draw" in card.body
    assert "/imagine" not in card.body


@pytest.mark.parametrize("first", ["host", "plugin"])
async def test_the_hosts_listeners_get_what_is_not_ours(
    world: World, host: Host, tmp_path: Path, first: str
) -> None:
    world.slack.add_user("U8", "robot", is_bot=True)
    world.slack.workspace.channels["C1"].members.add("U8")

    def listen() -> None:
        host.app.command("/other")(host.hears("/other"))
        host.app.action("other.button")(host.hears("button"))
        if first == "plugin":
            host.app.event("app_mention")(host.hears("mention"))
            host.app.event("message")(host.hears("message"))
            host.app.event("app_home_opened")(host.hears("home"))

    if first == "host":
        listen()
    async with plugged_in(world, host, tmp_path):
        if first == "plugin":
            listen()
        await world.slack.command("x", user="U1", channel="C1", command="/other")
        assert host.heard == ["/other"]
        if first == "plugin":
            await world.slack.mention("@bot hello", user="U8", channel="C1")
            owl = await world.slack.direct_message("an owl", user="U1")
            await see_results(world, 1, owl.channel)
            await world.slack.edit(owl, "a hawk")
            assert {"mention", "message"} <= set(host.heard)
    assert [p.prompt for p in world.glm.purchases] == (["an owl"] if first == "plugin" else [])


async def test_each_listener_can_be_left_to_the_host(
    world: World, host: Host, tmp_path: Path
) -> None:
    host.app.event("message")(host.hears("message"))
    host.app.event("app_home_opened")(host.hears("home"))
    async with plugged_in(world, host, tmp_path, listen={"command", "mention", "actions"}):
        await world.slack.direct_message("a fox", user="U1")
        await world.slack.open_home("U1")
        await world.slack.mention("@bot an owl", user="U1", channel="C1")
        await see_result(world)
    assert host.heard[:2] == ["message", "home"]
    assert [p.prompt for p in world.glm.purchases] == ["an owl"]


async def test_the_way_to_invite_the_bot_names_the_hosts_app(
    world: World, host: Host, tmp_path: Path
) -> None:
    bot = world.slack.workspace.users[world.slack.workspace.bot_user_id]
    bot.name = "acme-helper"
    async with plugged_in(world, host, tmp_path):
        await world.slack.command("a fox", user="U1", channel="C2")
        await see_private(world, "U1", "/invite @acme-helper")


async def test_an_unknown_listener_is_a_mistake(world: World, host: Host, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such listener: \\['mentions'\\]"):
        async with plugged_in(world, host, tmp_path, listen={"mentions"}):
            pass


async def test_nothing_else_of_the_app_is_touched(world: World, host: Host, tmp_path: Path) -> None:
    seen: list[str] = []

    @host.app.use
    async def middleware(next: Callable[[], Awaitable[Any]]) -> Any:
        seen.append("middleware")
        return await next()

    @host.app.error
    async def on_error(error: Exception) -> None:
        seen.append(str(error))

    @host.app.command("/broken")
    async def broken(ack: Any) -> None:
        await ack()
        await asyncio.sleep(0.05)  # Bolt holds back an ack that is followed by an error at once
        raise RuntimeError("the host's own")

    before = [type(m) for m in host.app._async_middleware_list]
    async with plugged_in(world, host, tmp_path):
        await world.slack.command("x", user="U1", channel="C1", command="/broken")
        await world.slack.mention("see @bot a fox", user="U1", channel="C1")
        await see_private(world, "U1")
        await world.until(lambda: len(seen) == 3)
    assert sorted(seen) == ["middleware", "middleware", "the host's own"]
    assert [type(m) for m in host.app._async_middleware_list] == before


def test_every_action_id_has_our_prefix() -> None:
    ids = [value for name, value in vars(actions).items() if name.isupper()]
    assert ids
    assert all(value.startswith("glm_slackbot.") for value in ids)
