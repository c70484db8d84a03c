"""Where an image can be posted is found out before it is bought."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.errors import SetupError, UpstreamError
from glm_slackbot.domain.job import OriginKind
from glm_slackbot.sandbox import slack_weather as weather
from glm_slackbot.workflow.ports import Place

COMMAND, BUTTON, MENTION = OriginKind.COMMAND, OriginKind.BUTTON, OriginKind.MENTION


@pytest.mark.parametrize("channel", ["C1", "G1"])
async def test_a_command_is_answered_in_its_channel_where_the_bot_is_a_member(floor, channel):
    assert await floor.delivery.find_place(floor.command(channel)) == Place(channel, None)


async def test_a_public_channel_without_the_bot_says_how_to_invite_it(floor):
    with pytest.raises(SetupError) as refusal:
        await floor.delivery.find_place(floor.command("C2"))
    assert refusal.value.text_id == "setup.invite_bot"


async def test_it_works_right_after_the_invitation(floor):
    with pytest.raises(SetupError):
        await floor.delivery.find_place(floor.command("C2"))
    floor.slack.invite_bot("C2")
    assert await floor.delivery.find_place(floor.command("C2")) == Place("C2", None)


async def test_a_private_channel_without_the_bot_is_told_apart(floor):
    floor.slack.remove_bot("G1")
    with pytest.raises(SetupError) as refusal:
        await floor.delivery.find_place(floor.command("G1"))
    assert refusal.value.text_id == "setup.private_or_unknown_channel"


async def test_an_archived_channel_is_told(floor):
    floor.slack.add_channel("C3", "old", members=["U1"], archived=True)
    with pytest.raises(SetupError) as refusal:
        await floor.delivery.find_place(floor.command("C3"))
    assert refusal.value.text_id == "setup.channel_archived"


async def test_a_good_answer_is_remembered_for_a_minute(floor):
    for _ in range(3):
        await floor.delivery.find_place(floor.command())
    assert len(floor.slack.calls("conversations.info")) == 1
    floor.clock.seconds += 61
    await floor.delivery.find_place(floor.command())
    assert len(floor.slack.calls("conversations.info")) == 2


async def test_a_button_in_a_thread_is_answered_in_that_thread(floor):
    origin = floor.origin(BUTTON, "C1", thread_ts="1.000001")
    assert await floor.delivery.find_place(origin) == Place("C1", "1.000001")


async def test_a_button_in_the_timeline_starts_no_thread(floor):
    origin = floor.origin(BUTTON, "C1", message_ts="1.000001")
    assert await floor.delivery.find_place(origin) == Place("C1", None)


async def test_a_mention_is_answered_in_its_thread_or_starts_one(floor):
    alone, answer = floor.mention(), floor.mention(in_thread=True)
    assert await floor.delivery.find_place(alone) == Place("C1", alone.message_ts)
    assert await floor.delivery.find_place(answer) == Place("C1", answer.thread_ts)


async def test_a_direct_message_needs_no_question(floor):
    origin = floor.direct_message()
    assert await floor.delivery.find_place(origin) == Place(origin.channel_id, origin.message_ts)
    assert floor.slack.workspace.api_calls == []


async def test_a_command_in_ones_own_direct_message_stays_there(floor):
    channel = floor.slack.workspace.bot_dm("U1").id
    assert await floor.delivery.find_place(floor.command(channel)) == Place(channel, None)


async def test_between_two_other_people_the_image_goes_to_the_askers_own(floor):
    floor.slack.add_direct_message("D9", ["U1", "U2"])
    own = floor.slack.workspace.bot_dm("U1").id
    assert await floor.delivery.find_place(floor.command("D9")) == Place(own, None)


async def test_in_a_group_direct_message_the_image_goes_to_the_askers_own(floor):
    floor.slack.add_group_message("G9", ["U1", "U2", "U3"])
    own = floor.slack.workspace.bot_dm("U1").id
    assert await floor.delivery.find_place(floor.origin(COMMAND, "G9")) == Place(own, None)


async def test_again_under_an_image_in_a_group_direct_message_stays_there(floor):
    floor.slack.add_group_message("G9", ["U1", "U2", "U3"], bot_is_member=True)
    assert await floor.delivery.find_place(floor.origin(BUTTON, "G9")) == Place("G9", None)


async def test_where_it_was_mentioned_in_a_group_direct_message_it_can_post(floor):
    floor.slack.add_group_message("G9", ["U1", "U2", "U3"], bot_is_member=True)
    origin = floor.origin(MENTION, "G9", message_ts="1.000001")
    assert await floor.delivery.find_place(origin) == Place("G9", "1.000001")


async def test_a_host_app_that_may_read_group_messages_posts_there(floor):
    floor.slack.workspace.scopes |= {"mpim:read"}
    floor.slack.add_group_message("G9", ["U1", "U2", "U3"], bot_is_member=True)
    assert await floor.delivery.find_place(floor.command("G9")) == Place("G9", None)


async def test_a_scope_of_ours_that_is_missing_is_an_admins_matter(floor):
    floor.slack.workspace.scopes -= {"channels:read"}
    with pytest.raises(SetupError) as refusal:
        await floor.delivery.find_place(floor.command())
    assert (refusal.value.text_id, refusal.value.params["needed"]) == (
        "setup.missing_scope",
        "channels:read",
    )


async def test_slack_being_away_is_passing_trouble(floor):
    floor.slack.weather.always("conversations.info", weather.html(502))
    with pytest.raises(UpstreamError):
        await floor.delivery.find_place(floor.command())
