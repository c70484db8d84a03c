"""What the provider, the image hosts, Slack and the log are told, and what never leaves."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.job import OriginKind
from glm_slackbot.listeners.payloads import message_origin
from glm_slackbot.observe import set_up_logging
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.glm_weather import error, lost_after_billing, redirected, unsafe_link
from glm_slackbot.sandbox.slack_weather import status
from glm_slackbot.sandbox.world import SIGNING_SECRET, World

from ..conftest import BotStarter
from .ledger import end_of_last, last_job

API_KEY = TEST_API_KEYS[Provider.BIGMODEL]


pytestmark = pytest.mark.usefixtures("logging_as_before")


async def _ask(world: World, bot: Bot, words: str = "a fox", user: str = "U1") -> None:
    await world.slack.command(words, user=user, channel="C1")
    await end_of_last(world, bot)


async def test_a_person_is_a_keyed_hash_that_a_restart_does_not_change(
    world: World, start_bot: BotStarter
) -> None:
    for _ in range(2):
        async with start_bot() as bot:
            for user in ("U1", "U2"):
                await _ask(world, bot, user=user)
    first, second, *after = [p.user_id for p in world.glm.purchases]
    assert [first, second] == after
    assert first != second
    for user_id in (first, second):
        assert user_id is not None
        assert re.fullmatch("[0-9a-f]{64}", user_id)


async def test_a_person_of_an_organisation_is_one_whether_or_not_the_payload_names_it(
    bot: Bot,
) -> None:
    event = {"user": "U1", "channel": "C1", "ts": "1.2"}
    bodies: list[dict[str, Any]] = [
        {"team_id": "T1", "event": event},
        {"team_id": "T1", "event": event, "enterprise_id": "E1"},
        {"team_id": "T1", "event": event, "authorizations": [{"enterprise_id": "E1"}]},
    ]
    origins = [message_origin(body, OriginKind.MENTION) for body in bodies]
    assert [o.enterprise_id for o in origins] == [None, "E1", "E1"]
    assert len({bot.services.provider_user_id(origin) for origin in origins}) == 1


async def test_another_database_makes_other_hashes(
    world: World, start_bot: BotStarter, tmp_path: Any
) -> None:
    for name in ("a", "b"):
        async with start_bot(database_url=f"sqlite:///{tmp_path / name}.db") as bot:
            await _ask(world, bot)
    one, other = [p.user_id for p in world.glm.purchases]
    assert one != other


async def test_the_provider_is_sent_the_prompt_our_reference_and_no_slack_id(
    world: World, bot: Bot
) -> None:
    await _ask(world, bot, "a fox --style ink")
    (order,) = [r for r in world.glm.requests if r.method == "POST"]
    body = json.loads(order.body)
    assert set(body) == {"model", "prompt", "size", "user_id", "request_id"}
    assert body["request_id"] == f"{(await last_job(world, bot))['id']}-0"
    everything = " ".join(f"{r.path} {r.query} {r.headers} {r.body!r}" for r in world.glm.requests)
    for ours in ("U1", "C1", "T0SANDBOX", "dana", "design"):
        assert not re.search(rf"\b{ours}\b", everything)


async def test_the_api_key_goes_to_its_host_only_and_the_bot_token_to_slack_only(
    world: World, bot: Bot
) -> None:
    world.glm.weather.next(redirected(2))
    await _ask(world, bot)
    to_api = [r for r in world.glm.requests if r.host == "open.bigmodel.cn"]
    elsewhere = [r for r in world.glm.requests if r.host != "open.bigmodel.cn"]
    assert all(r.headers["authorization"] == f"Bearer {API_KEY}" for r in to_api)
    assert len(elsewhere) == 3
    for request in elsewhere:
        assert {"authorization", "cookie"}.isdisjoint(request.headers)
    assert not any("xoxb" in str(r.headers) + repr(r.body) for r in world.glm.requests)
    assert not any(API_KEY in str(c.args) + c.token for c in world.slack.workspace.api_calls)
    assert {c.token for c in world.slack.workspace.api_calls} <= {"xoxb-sandbox", ""}


@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_nothing_secret_is_in_the_log_whatever_goes_wrong(
    world: World,
    start_bot: BotStarter,
    log_format: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    set_up_logging(log_format, "DEBUG")
    link = "https://sfile.chatglm.cn/a.png?Signature=hushhush"
    world.glm.weather.next(
        error("1000"), lost_after_billing(), unsafe_link(link.replace("https", "http"))
    )
    world.glm.weather.next(unsafe_link(link), redirected(1))
    world.slack.weather.next("response_url", status(500))
    world.slack.weather.next("upload", status(500))
    async with start_bot() as bot:
        for _ in range(6):
            await _ask(world, bot, "a very private fox")
    log = "".join(capfd.readouterr())

    assert "the provider" in log
    response_urls = [job["response_url"] for job in await _jobs(world)]
    secrets = [API_KEY, API_KEY.split(".")[1], "xoxb-sandbox", SIGNING_SECRET, "hushhush"]
    secrets += ["Signature=", "upload/v1/F", *(url.rpartition("/")[2] for url in response_urls)]
    assert [secret for secret in secrets if secret in log] == []
    assert "a very private fox" not in log


async def _jobs(world: World) -> list[dict[str, Any]]:
    sent = [s.parcel.payload for s in world.slack.sent]
    return [payload for payload in sent if payload.get("response_url")]
