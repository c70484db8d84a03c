"""What nobody listens to is answered all the same: Slack repeats what is not."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from conftest import BotStarter
from structlog.testing import capture_logs

from glm_slackbot.sandbox.slack_parcel import Parcel, ParcelKind
from glm_slackbot.sandbox.world import World

PERSON = {"user": {"id": "U1"}, "team": {"id": "T0SANDBOX"}, "trigger_id": "1.2"}
VIEW = {"view": {"id": "V1", "type": "modal", "callback_id": "theirs"}}
INTERACTIONS: dict[str, dict[str, Any]] = {
    "shortcut": {"callback_id": "theirs"},
    "message_action": {"callback_id": "theirs", "message": {"ts": "1.2"}, "channel": {"id": "C1"}},
    "view_submission": VIEW,
    "view_closed": VIEW,
    "block_suggestion": {"action_id": "theirs", "block_id": "b", "value": "fo"},
    "block_actions": {"actions": [{"action_id": "theirs", "block_id": "b"}]},
}


@pytest.fixture(params=["http", "socket"])
async def fed(
    request: pytest.FixtureRequest,
    world: World,
    start_bot: BotStarter,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[World]:
    """A world with a bot, by each road; in the end the libraries have complained of nothing."""
    caplog.set_level(logging.WARNING)
    async with start_bot(socket_mode=request.param == "socket"):
        if request.param == "socket":
            await world.slack.socket.connected()
        yield world
    assert not caplog.records


@pytest.mark.parametrize("kind", INTERACTIONS)
async def test_an_interaction_of_nobody_s_is_acked(fed: World, kind: str) -> None:
    payload = {"type": kind, **PERSON, **INTERACTIONS[kind]}
    answer = await fed.slack.deliver(Parcel(ParcelKind.INTERACTION, payload))
    assert answer.ok


async def test_that_slack_holds_events_back_is_acked_and_one_warning(fed: World) -> None:
    limited = {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1518467820}
    with capture_logs() as lines:
        answer = await fed.slack.deliver(Parcel(ParcelKind.EVENT, limited))
    assert answer.ok
    (line,) = lines
    assert line["log_level"] == "warning"
    assert "too many events" in line["event"]
