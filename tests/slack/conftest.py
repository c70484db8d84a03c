"""Our Slack floor over a stand-in Slack: real clients, real TLS, a clock of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.domain.job import Image, Job, JobStatus, Origin, OriginKind, Outcome
from glm_slackbot.domain.size import Size
from glm_slackbot.glm.http import open_http
from glm_slackbot.glm.spool import SpooledImage, inspect_image
from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.placeholder import draw_placeholder
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.slack.clients import make_client
from glm_slackbot.slack.delivery import SlackDelivery
from glm_slackbot.slack.directory import SlackDirectory
from glm_slackbot.slack.session import open_slack_session

TEAM = "T0SANDBOX"
SIZE = Size(512, 512)


@dataclass
class Clock:
    """Stands still until told to move on."""

    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Floor:
    """What the tests talk to."""

    slack: SlackStandIn
    client: AsyncWebClient
    delivery: SlackDelivery
    directory: SlackDirectory
    clock: Clock
    spooled: SpooledImage
    tokens_asked_for: list[tuple[str, str | None]] = field(default_factory=list)

    def origin(self, kind: OriginKind, channel: str = "C1", **more: str | None) -> Origin:
        return Origin(kind, TEAM, "U1", channel, "dedupe", **more)

    def command(self, channel: str = "C1") -> Origin:
        url = self.slack.response_urls.issue("U1", channel)
        return self.origin(OriginKind.COMMAND, channel, response_url=url)

    def mention(self, channel: str = "C1", *, in_thread: bool = False) -> Origin:
        first = self.slack.say("a hill at night", user="U2", channel=channel)
        if not in_thread:
            return self.origin(OriginKind.MENTION, channel, message_ts=first.ts)
        second = self.slack.say("@bot a fox", user="U1", channel=channel, thread_ts=first.ts)
        stamps = {"thread_ts": first.ts, "message_ts": second.ts}
        return self.origin(OriginKind.MENTION, channel, **stamps)

    def direct_message(self) -> Origin:
        channel = self.slack.workspace.bot_dm("U1").id
        message = self.slack.say("a fox", user="U1", channel=channel)
        return self.origin(OriginKind.MESSAGE, channel, message_ts=message.ts)

    def job(self, origin: Origin, *images: Image, prompt: str = "a fox", **more: object) -> Job:
        return Job(
            id="J1",
            origin=origin,
            request=ImageRequest(prompt=prompt, model="glm-image", size=SIZE),
            status=JobStatus.RUNNING,
            created_at=self.clock(),
            asked_at=self.clock(),
            locale="en",
            images=images or (Image(1, "J1", 0, Outcome.BOUGHT),),
            **more,
        )

    async def uploaded(self, job: Job, *, count: int = 1) -> tuple[Image, ...]:
        """Images whose bytes are up."""
        rows = [Image(n, job.id, n, Outcome.BOUGHT) for n in range(count)]
        ids = [await self.delivery.upload(job, row, self.spooled) for row in rows]
        return tuple(
            Image(row.id, job.id, row.position, Outcome.BOUGHT, file_id=file_id)
            for row, file_id in zip(rows, ids, strict=True)
        )


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    clock = Clock()
    slack = SlackStandIn(clock=clock)
    slack.uploads.processing_seconds = 0.0
    path = tmp_path / "image.png"
    path.write_bytes(draw_placeholder("a fox", SIZE))
    asked_for: list[tuple[str, str | None]] = []
    async with AsyncExitStack() as stack:
        app = slack.web_app()
        network = await stack.enter_async_context(StandInNetwork(dict.fromkeys(slack.hosts, app)))
        session = await stack.enter_async_context(open_slack_session(network.slack_connector()))
        http = await stack.enter_async_context(open_http(network.httpx_transport))
        client = make_client(session, slack.workspace.bot_token)

        async def client_for(team_id: str, enterprise_id: str | None) -> AsyncWebClient:
            asked_for.append((team_id, enterprise_id))
            return client

        delivery = SlackDelivery(client_for, http, session, clock, sleep=clock.sleep)
        directory = SlackDirectory(client_for, clock)
        spooled = inspect_image(path)
        yield Floor(slack, client, delivery, directory, clock, spooled, asked_for)
