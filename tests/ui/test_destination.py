"""Where an accepted request says that its result will appear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from glm_slackbot.domain.job import Job, OriginKind
from glm_slackbot.ui import cards
from glm_slackbot.ui.destination import Conversation

MakeJob = Callable[..., Job]
HERE = "will appear here when it is ready"
HERE_OR_DIRECT = "here, or in your own direct messages with me"
DIRECT = "will appear in your direct messages with me"
ELSEWHERE = "will appear where you asked for it"


def told(job: Job, read_in: Conversation) -> str:
    return cards.accepted_card(job, ahead=0, locale="en", read_in=read_in).text


@pytest.mark.parametrize(
    ("channel_id", "name", "words"),
    [
        ("C1", "design", HERE),
        ("C1", "privategroup", HERE),
        ("G1", "privategroup", HERE),
        ("G1", "", HERE),
        ("C1", "mpdm-dana--lin--gil-1", HERE_OR_DIRECT),
        ("G1", "mpdm-dana--lin--gil-1", HERE_OR_DIRECT),
        ("D1", "directmessage", DIRECT),
        ("D1", "", DIRECT),
    ],
)
def test_a_command_is_told_by_the_kind_of_its_place(
    make_job: MakeJob, channel_id: str, name: str, words: str
) -> None:
    job = make_job({}, channel_id=channel_id)
    assert words in told(job, Conversation(channel_id, name))


@pytest.mark.parametrize("kind", [OriginKind.MENTION, OriginKind.MESSAGE, OriginKind.BUTTON])
@pytest.mark.parametrize("channel_id", ["C1", "D1"])
def test_where_the_bot_was_met_the_result_appears(
    make_job: MakeJob, kind: OriginKind, channel_id: str
) -> None:
    job = make_job({}, channel_id=channel_id)
    job = replace(job, origin=replace(job.origin, kind=kind))
    assert HERE in told(job, Conversation(channel_id, "mpdm-dana--lin--gil-1"))


@pytest.mark.parametrize(
    ("post_channel", "read_in", "words"),
    [
        ("D1", "D1", HERE),
        ("D1", "C1", DIRECT),
        ("C1", "C1", HERE),
        ("C1", "D1", ELSEWHERE),
        (None, "D1", ELSEWHERE),
    ],
)
def test_a_card_that_is_read_elsewhere_says_where_the_result_goes(
    make_job: MakeJob, post_channel: str | None, read_in: str, words: str
) -> None:
    job = replace(make_job({}), post_channel=post_channel)
    assert words in told(job, Conversation(read_in, "mpdm-dana--lin--gil-1"))


def test_a_command_between_others_tried_again_elsewhere_goes_to_the_direct_messages(
    make_job: MakeJob,
) -> None:
    assert DIRECT in told(make_job({}, channel_id="D9"), Conversation("D1", "directmessage"))
