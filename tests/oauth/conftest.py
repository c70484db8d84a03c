"""A town of workspaces that install the bot by OAuth, and a browser to do it with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from clock import FastClock

from glm_slackbot.app.clients import tokens_of
from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.slack_oauth import OAuthServer
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.slack_town import SlackTown
from glm_slackbot.sandbox.world import SIGNING_SECRET, World, open_world, world_settings
from glm_slackbot.slack.session import open_slack_session
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore
from glm_slackbot.storage.workspaces import SealedApiKey

from ..conftest import BotStarter

BASE = "https://bot.example.com"
CLIENT_ID = "1234.5678"
CLIENT_SECRET = "client-secret-of-the-town"
ORGANISATION = "E1"


@dataclass
class Page:
    """What a browser got."""

    status: int
    words: str
    location: str
    headers: Any


@dataclass
class Browser:
    """One browser, with its cookies, in front of the bot's pages."""

    bot: Bot
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en-US,en"

    async def get(self, url: str) -> Page:
        """A page of the bot's, at its public address or a path of it."""
        path = url.removeprefix(BASE)
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": jar, "Accept-Language": self.language}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(
                f"http://127.0.0.1:{self.bot.port}{path}", headers=headers, allow_redirects=False
            ) as answer,
        ):
            for name, cookie in answer.cookies.items():
                assert cookie["secure"]
                assert cookie["httponly"]
                self.cookies[name] = cookie.value
            location = answer.headers.get("Location", "")
            return Page(answer.status, await answer.text(), location, answer.headers)

    async def begin(self) -> str:
        """/slack/install: the address of Slack's page."""
        page = await self.get("/slack/install")
        assert page.status == 302
        return page.location


@dataclass
class Town:
    """The world, with a short way to install."""

    world: World
    slack: SlackTown

    @property
    def oauth(self) -> OAuthServer:
        return self.slack.oauth

    def place(self, team_id: str) -> SlackStandIn:
        return next(p for p in self.slack.places if p.workspace.team_id == team_id)

    async def install(self, bot: Bot, *team_ids: str, is_org_wide: bool = False) -> Page:
        """An admin installs the bot; the page at the end."""
        browser = Browser(bot)
        places = [self.place(team_id) for team_id in team_ids]
        back = self.oauth.approve(await browser.begin(), places, "U2", is_org_wide=is_org_wide)
        return await browser.get(back)


@pytest.fixture
async def town(clock: FastClock) -> AsyncIterator[Town]:
    """T1 and T2 by themselves, T3 and T4 of one organisation; nobody has the bot yet."""

    def workspace(team_id: str, enterprise_id: str | None = None) -> SlackStandIn:
        return SlackStandIn(
            signing_secret=SIGNING_SECRET,
            clock=clock.now,
            team_id=team_id,
            name=f"Team {team_id}",
            enterprise_id=enterprise_id,
        )

    places = [workspace("T1"), workspace("T2"), *(workspace(t, ORGANISATION) for t in ("T3", "T4"))]
    for place in places:
        place.uploads.processing_seconds = 0.02
    # Within an organisation ids are one for all.
    places[3].workspace.channels.clear()
    places[3].add_channel("C4", "design", members=["U1", "U2"])
    redirect = f"{BASE}{urlsplit('/slack/oauth_redirect').path}"
    oauth = OAuthServer(CLIENT_ID, CLIENT_SECRET, [redirect], clock.now)
    glm = GLMStandIn()
    glm.weather.seconds = 0.02
    town = SlackTown(places, oauth)
    async with open_world(town=town, glm=glm, clock=clock) as opened:
        yield Town(opened, town)


def oauth_settings(url: str, **given: Any) -> Any:
    """Settings of a bot that installs by OAuth; the environment's API key serves all."""
    return world_settings(
        url,
        **{
            "slack_bot_token": None,
            "slack_client_id": CLIENT_ID,
            "slack_client_secret": CLIENT_SECRET,
            "public_url": BASE,
            "share_api_key": True,
            **given,
        },
    )


@pytest.fixture
def start_town_bot(town: Town, rows: Path) -> BotStarter:
    """Starts the bot of many workspaces; again is a restart on the same rows."""

    def start(**given: Any) -> AbstractAsyncContextManager[Bot]:
        return town.world.bot_running(oauth_settings(f"sqlite:///{rows}", **given))

    return start


@pytest.fixture
async def town_bot(start_town_bot: BotStarter) -> AsyncIterator[Bot]:
    """Running."""
    async with start_town_bot() as running:
        yield running


@pytest.fixture
async def rotating(town: Town, town_bot: Bot) -> Bot:
    """The bot, installed in T1 with a token for twelve hours."""
    town.oauth.rotates = True
    await town.install(town_bot, "T1")
    town.slack.access_calls.clear()
    return town_bot


@pytest.fixture
async def processes(town: Town, rotating: Bot) -> AsyncIterator[list[Tokens]]:
    """Two processes' ways to tokens over one database."""
    services = rotating.services
    settings = oauth_settings("sqlite:///not-opened.db")
    async with open_slack_session(town.world.network.slack_connector()) as session:  # type: ignore[misc]
        databases = [Database(services.database.address) for _ in range(2)]
        box = services.api_keys.secret_box
        stores = [InstallationStore(d, box, services.clock.now) for d in databases]
        made = [
            tokens_of(settings, store, database, session, services.clock)
            for store, database in zip(stores, databases, strict=True)
        ]
        yield [tokens for tokens in made if tokens is not None]
        for database in databases:
            await database.close()


async def see_image(place: SlackStandIn, count: int = 1, channel: str = "C1") -> None:
    """Wait for so many messages with images."""
    async with asyncio.timeout(20):
        while len([m for m in place.messages(channel) if m.files]) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def save_api_key(bot: Bot, workspace_id: str, provider: Provider) -> None:
    """As an admin would, once it was tried."""
    services = bot.services
    assert services.api_keys.secret_box is not None
    secret, now = TEST_API_KEYS[provider], services.clock.now()
    sealed = services.api_keys.secret_box.seal(secret)
    await services.workspaces.save_api_key(
        workspace_id,
        SealedApiKey(provider.value, sealed, secret[-4:], "U2", now),
        AuditEntry(workspace_id, now, "U2", Act.API_KEY_SET),
    )
