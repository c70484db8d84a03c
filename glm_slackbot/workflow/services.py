"""Everything built, in one value that is handed down."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from glm_slackbot.domain.imagine import ImagineDefaults
from glm_slackbot.domain.job import Origin
from glm_slackbot.domain.listed_admins import ListedAdmins
from glm_slackbot.glm.client import ApiKey, GLMImageClient
from glm_slackbot.observe import Metrics
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.audit import AuditStore
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore
from glm_slackbot.storage.jobs import JobStore
from glm_slackbot.storage.notices import NoticeStore
from glm_slackbot.storage.people import PeopleStore
from glm_slackbot.storage.usage import UsageStore
from glm_slackbot.storage.workspaces import WorkspaceStore
from glm_slackbot.workflow.api_keys import ApiKeys
from glm_slackbot.workflow.clock import Clock
from glm_slackbot.workflow.pace import Pace
from glm_slackbot.workflow.ports import Delivery, Directory


@dataclass(slots=True)
class WorkerState:
    """What others may know of this process's worker."""

    alive_at: float
    """The clock at its last round."""
    stopping: bool = False
    """Whether it is about to end: then nothing more is claimed or bought."""


@dataclass(frozen=True, slots=True)
class Services:
    """What listeners and the worker need. Built by ``open_services``."""

    command: str
    defaults: ImagineDefaults
    daily_images: int
    admins: ListedAdmins
    clock: Clock
    new_id: Callable[[], str]
    api_keys: ApiKeys
    user_hash_secret: str = field(repr=False)
    database: Database
    acceptor: Acceptor
    jobs: JobStore
    people: PeopleStore
    workspaces: WorkspaceStore
    audit: AuditStore
    usage: UsageStore
    notices: NoticeStore
    installations: InstallationStore
    """By OAuth; empty where one token serves one workspace."""
    claims: Claims
    checkpoints: Checkpoints
    http: httpx.AsyncClient
    spool: Path
    delivery: Delivery
    directory: Directory
    pace: Pace
    metrics: Metrics
    worker_state: WorkerState
    bell: asyncio.Event
    """Rung when there may be work for the worker."""

    def glm(self, api_key: ApiKey) -> GLMImageClient:
        """A client for one API key over the shared session."""
        return GLMImageClient(self.http, api_key)

    def provider_user_id(self, origin: Origin) -> str:
        """What the provider knows a person by: a keyed hash, never the Slack id."""
        # Not the organisation: some payloads of one person name it, and others do not.
        person = f"{origin.team_id}:{origin.user_id}".encode()
        return hmac.new(self.user_hash_secret.encode(), person, hashlib.sha256).hexdigest()
