"""The composition root: builds everything, and closes it again."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import structlog

from glm_slackbot.app.clients import HostClientFor, clients_of, tokens_of
from glm_slackbot.app.encryption import secret_box_of
from glm_slackbot.app.network import Network
from glm_slackbot.app.settings import Settings
from glm_slackbot.glm.http import open_http
from glm_slackbot.observe import Metrics
from glm_slackbot.slack.clients import ClientFor
from glm_slackbot.slack.delivery import SlackDelivery
from glm_slackbot.slack.directory import SlackDirectory
from glm_slackbot.slack.own_name import OwnName
from glm_slackbot.slack.session import open_slack_session
from glm_slackbot.slack.tokens import Tokens
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
from glm_slackbot.storage.secret_box import SecretBox
from glm_slackbot.storage.serving_lock import serving_lock
from glm_slackbot.storage.usage import UsageStore
from glm_slackbot.storage.workspaces import WorkspaceStore
from glm_slackbot.workflow.api_keys import ApiKeys
from glm_slackbot.workflow.clock import Clock, SystemClock
from glm_slackbot.workflow.pace import Pace
from glm_slackbot.workflow.services import Services, WorkerState
from glm_slackbot.workflow.worker import running_worker

log = structlog.get_logger(__name__)


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
        tokens = None if client_for else tokens_of(settings, store, database, session, clock)
        clients = clients_of(settings, session, client_for, tokens)
        if tokens is not None:
            stack.push_async_callback(tokens.close)
        built = _Parts(settings, database, session, spool, clients, store, box, network, clock)
        services = await _build(built, knows_own_name=client_for is None)
        stack.push_async_callback(services.http.aclose)
        if database.is_sqlite:
            await services.claims.take_over_all()
        _tell_who_pays(settings)
        await stack.enter_async_context(running_worker(services))
        yield Opened(services, session, tokens)


def _tell_who_pays(settings: Settings) -> None:
    if settings.api_key is None and not settings.is_oauth:
        log.warning(
            "no API key in the environment: admins set one on the bot's Home tab in Slack, "
            "or set ZHIPU_API_KEY or ZAI_API_KEY and restart"
        )
    elif settings.api_key is not None and settings.is_oauth and settings.share_api_key is None:
        log.warning(
            "the API key in the environment serves no workspace: each sets its own on the bot's "
            "Home tab in Slack, or set GLM_SLACKBOT_SHARE_API_KEY to 1 (or to 0, to say so)"
        )


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
    own_name = None if knows_own_name else OwnName(clients, clock.now)
    return Services(
        command=settings.command,
        defaults=settings.defaults,
        daily_images=settings.user_daily_images,
        admins=settings.listed_admins,
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
        usage=UsageStore(database),
        notices=NoticeStore(database),
        installations=parts.installations,
        claims=Claims(database, owner),
        checkpoints=Checkpoints(database, owner),
        http=http,
        spool=parts.spool,
        delivery=SlackDelivery(
            clients, http, parts.session, clock.now, sleep=clock.sleep, own_name=own_name
        ),
        directory=SlackDirectory(clients, clock.now),
        pace=Pace(settings.max_concurrency),
        metrics=Metrics(),
        worker_state=WorkerState(clock.now()),
        bell=asyncio.Event(),
    )


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
