"""The composition root: builds everything, and closes it again."""

from __future__ import annotations

import asyncio
import inspect
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.app.encryption import secret_box_of
from glm_slackbot.app.network import Network
from glm_slackbot.app.public_url import INSTALL_PATH
from glm_slackbot.app.settings import Settings
from glm_slackbot.domain.errors import SetupError
from glm_slackbot.glm.http import open_http
from glm_slackbot.observe import Metrics
from glm_slackbot.slack.clients import ClientFor, make_client
from glm_slackbot.slack.delivery import SlackDelivery
from glm_slackbot.slack.directory import SlackDirectory
from glm_slackbot.slack.own_name import OwnName
from glm_slackbot.slack.session import open_slack_session
from glm_slackbot.slack.tokens import AppCredentials, Tokens
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.audit import AuditStore
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore
from glm_slackbot.storage.jobs import JobStore
from glm_slackbot.storage.migrations import migrate
from glm_slackbot.storage.notices import NoticeStore
from glm_slackbot.storage.own_secrets import own_secret
from glm_slackbot.storage.people import PeopleStore
from glm_slackbot.storage.rotations import Rotations
from glm_slackbot.storage.secret_box import SecretBox
from glm_slackbot.storage.serving_lock import serving_lock
from glm_slackbot.storage.workspaces import WorkspaceStore
from glm_slackbot.workflow.api_keys import ApiKeys
from glm_slackbot.workflow.clock import Clock, SystemClock
from glm_slackbot.workflow.pace import Pace
from glm_slackbot.workflow.services import Services, WorkerState
from glm_slackbot.workflow.worker import running_worker

log = structlog.get_logger(__name__)

HostClientFor = Callable[[str, str | None], AsyncWebClient | Awaitable[AsyncWebClient]]
"""A host app's own way to a workspace's client: by team_id and enterprise_id, async or not."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything built; ``tokens`` where workspaces install by OAuth."""

    services: Services
    session: aiohttp.ClientSession
    tokens: Tokens | None


@asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    client_for: HostClientFor | None = None,
    network: Network | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Services]:
    """Everything built, and the worker running, for the length of the block.

    ``client_for`` gives a host app's Slack clients; without it ``SLACK_BOT_TOKEN`` is used.
    Raises AlreadyServing when another process serves the same SQLite file.
    """
    opening = open_all(settings, client_for=client_for, network=network, clock=clock)
    async with opening as opened:
        yield opened.services


@asynccontextmanager
async def open_all(
    settings: Settings,
    *,
    client_for: HostClientFor | None = None,
    network: Network | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Opened]:
    """The same, with what only the stand-alone program needs."""
    network, clock = network or Network(), clock or SystemClock()
    async with AsyncExitStack() as stack:
        spool = stack.enter_context(_place_for_files(settings))
        database = Database(settings.database_address)
        stack.push_async_callback(database.close)
        await migrate(database)
        session = open_slack_session(network.slack_connector and network.slack_connector())
        stack.push_async_callback(session.close)
        box = secret_box_of(settings)
        store = InstallationStore(database, box, clock.now)
        tokens = None
        if client_for is not None:
            clients = _awaited(client_for)
        elif settings.is_oauth:
            rotations = Rotations(database, store)
            app = _credentials(settings)
            tokens = Tokens(store, rotations, app, session, clock.now, clock.sleep)
            stack.push_async_callback(tokens.close)
            clients = tokens.client_for
        else:
            clients = _one_token(settings, session)
        built = _Parts(settings, database, session, spool, clients, store, box, network, clock)
        services = await _build(built, knows_own_name=client_for is None)
        stack.push_async_callback(services.http.aclose)
        if database.is_sqlite:
            await services.claims.take_over_all()
        if settings.api_key is None:
            log.warning(
                "no API key: set ZHIPU_API_KEY or ZAI_API_KEY and restart; "
                "until then people are told that an admin must do so"
            )
        await stack.enter_async_context(running_worker(services))
        yield Opened(services, session, tokens)


@dataclass(frozen=True, slots=True)
class _Parts:
    settings: Settings
    database: Database
    session: aiohttp.ClientSession
    spool: Path
    clients: ClientFor
    installations: InstallationStore
    secret_box: SecretBox | None
    network: Network
    clock: Clock


async def _build(parts: _Parts, *, knows_own_name: bool) -> Services:
    settings, database, clients, clock = parts.settings, parts.database, parts.clients, parts.clock
    owner = secrets.token_hex(8)
    workspaces = WorkspaceStore(database)
    http = open_http(parts.network.glm_transport and parts.network.glm_transport())
    return Services(
        command=settings.command,
        defaults=settings.defaults,
        daily_images=settings.user_daily_images,
        clock=clock,
        new_id=lambda: secrets.token_hex(6),
        api_keys=ApiKeys(workspaces, parts.secret_box, settings.shared_api_key),
        user_hash_secret=await own_secret(database, "user_hash", lambda: secrets.token_hex(32)),
        database=database,
        acceptor=Acceptor(database),
        jobs=JobStore(database),
        people=PeopleStore(database),
        workspaces=workspaces,
        audit=AuditStore(database),
        notices=NoticeStore(database),
        installations=parts.installations,
        claims=Claims(database, owner),
        checkpoints=Checkpoints(database, owner),
        http=http,
        spool=parts.spool,
        delivery=SlackDelivery(
            clients,
            http,
            parts.session,
            clock.now,
            sleep=clock.sleep,
            own_name=None if knows_own_name else OwnName(clients, clock.now),
        ),
        directory=SlackDirectory(clients, clock.now),
        pace=Pace(settings.max_concurrency),
        metrics=Metrics(),
        worker_state=WorkerState(clock.now()),
        bell=asyncio.Event(),
    )


def _awaited(client_for: HostClientFor) -> ClientFor:
    async def find(team_id: str, enterprise_id: str | None) -> AsyncWebClient:
        client = client_for(team_id, enterprise_id)
        return await client if inspect.isawaitable(client) else client

    return find


def _credentials(settings: Settings) -> AppCredentials:
    assert settings.slack_client_id is not None
    assert settings.slack_client_secret is not None
    return AppCredentials(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        install_url=f"{settings.public_url}{INSTALL_PATH}",
        allowed=settings.allowed_workspace_ids,
    )


def _one_token(settings: Settings, session: aiohttp.ClientSession) -> ClientFor:
    token = settings.slack_bot_token
    client = token and make_client(session, token.get_secret_value())

    async def find(team_id: str, enterprise_id: str | None) -> AsyncWebClient:
        if not client:
            raise SetupError("setup.slack_token", code="not_authed")
        return client

    return find


@contextmanager
def _place_for_files(settings: Settings) -> Iterator[Path]:
    """A folder for images on their way. What a killed process left in it is swept first."""
    address = settings.database_address
    if not isinstance(address, SqliteAddress):
        with tempfile.TemporaryDirectory(prefix="glm-slackbot-") as folder:
            yield Path(folder)
        return
    with serving_lock(address.lock_path):
        spool = address.spool_path
        shutil.rmtree(spool, ignore_errors=True)
        spool.mkdir(mode=0o700)
        try:
            yield spool
        finally:
            shutil.rmtree(spool, ignore_errors=True)
