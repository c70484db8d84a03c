"""Who is told what, and by which way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from glm_slackbot.domain.errors import SetupError, UnsureError, UpstreamError, UserError
from glm_slackbot.domain.job import Draft, OriginKind
from glm_slackbot.sandbox import slack_weather as weather
from glm_slackbot.slack.response_url import YOUNG_S
from glm_slackbot.ui.cards import cancelled_card
from glm_slackbot.workflow.ports import Waiting

FAILED = UpstreamError("slack.delivery_failed")


@pytest.fixture
def fail(floor):
    async def fail(origin, error=FAILED, *, late=False, **more):
        job = floor.job(origin, post_channel=origin.channel_id, **more)
        await floor.delivery.tell_failure(job, error, late=late)

    return fail


def words(messages):
    return [message.words for message in messages]


async def test_a_commands_failure_comes_by_its_response_url(floor, fail):
    await fail(floor.command("C2"))
    (told,) = floor.slack.ephemerals("U1")
    assert told.channel == "C2"
    assert "Reference: J1" in told.words
    assert floor.slack.direct_messages_of("U1") == []


@pytest.mark.parametrize("late_by", [YOUNG_S, YOUNG_S * 2])
async def test_an_old_response_url_is_not_tried(floor, late_by):
    job = floor.job(floor.command())
    floor.clock.seconds += late_by
    await floor.delivery.tell_failure(job, FAILED, late=False)
    assert floor.slack.ephemerals("U1") == []
    assert len(floor.slack.direct_messages_of("U1")) == 1


async def test_a_response_url_that_fails_gives_way_to_a_direct_message(floor, fail):
    for trouble in (weather.status(404), weather.drop()):
        floor.slack.weather.next("response_url", trouble)
        await fail(floor.command())
    assert len(floor.slack.direct_messages_of("U1")) == 2


async def test_a_command_without_a_response_url_is_told_directly(floor, fail):
    await fail(floor.origin(OriginKind.COMMAND))
    assert len(floor.slack.direct_messages_of("U1")) == 1


@pytest.mark.parametrize(
    ("error", "late"), [(FAILED, True), (UnsureError("unsure.answer_lost"), False)]
)
async def test_what_one_who_is_away_must_know_comes_directly_too(floor, fail, error, late):
    await fail(floor.command(), error, late=late)
    assert len(floor.slack.ephemerals("U1")) == 1
    assert len(floor.slack.direct_messages_of("U1")) == 1


async def test_a_second_telling_that_fails_is_not_worth_telling_again(floor, fail):
    floor.slack.weather.always("chat.postMessage", weather.error("messages_tab_disabled"))
    await fail(floor.command(), late=True)
    assert len(floor.slack.ephemerals("U1")) == 1


async def test_a_telling_that_reaches_nobody_raises(floor, fail):
    floor.slack.weather.always("chat.postMessage", weather.error("messages_tab_disabled"))
    floor.slack.weather.always("response_url", weather.status(500))
    with pytest.raises(SetupError):
        await fail(floor.command())


async def test_a_mentions_failure_is_seen_by_the_asker_in_the_thread(floor, fail):
    origin = floor.mention()
    status_ts = await floor.delivery.show_status(floor.job(origin))
    await fail(origin, status_ts=status_ts)
    (told,) = floor.slack.ephemerals("U1")
    assert told.thread_ts == origin.message_ts


async def test_without_a_status_message_it_is_seen_in_the_timeline(floor, fail):
    await fail(floor.mention())
    (told,) = floor.slack.ephemerals("U1")
    assert told.thread_ts is None


async def test_one_who_left_the_channel_is_told_directly(floor, fail):
    origin = floor.mention()
    floor.slack.workspace.channels["C1"].members.discard("U1")
    await fail(origin, late=True)
    assert len(floor.slack.direct_messages_of("U1")) == 1


async def test_a_direct_messages_failure_stands_in_its_thread_once(floor, fail):
    origin = floor.direct_message()
    await fail(origin, late=True)
    _asked, told = floor.slack.messages(origin.channel_id)
    assert told.thread_ts == origin.message_ts


async def test_no_prompt_pings_or_links_in_what_is_told(floor):
    for origin in (floor.command(), floor.mention(), floor.direct_message()):
        job = floor.job(origin, prompt="<!channel> <https://a.example|b>", post_channel="C1")
        await floor.delivery.tell_failure(job, FAILED, late=False)
    sent = floor.slack.everything_sent()
    assert len(sent) == 3
    assert all(message.pings == [] and message.links == [] for message in sent)


async def test_a_long_wait_is_told_by_response_url_or_ephemeral(floor):
    for origin in (floor.command(), floor.mention()):
        await floor.delivery.tell_waiting(floor.job(origin), Waiting.QUEUE, 7)
    assert [("7" in told) for told in words(floor.slack.ephemerals("U1"))] == [True, True]


async def test_in_a_direct_message_the_status_message_says_it(floor):
    origin = floor.direct_message()
    status_ts = await floor.delivery.show_status(floor.job(origin))
    job = floor.job(origin, status_ts=status_ts)
    await floor.delivery.tell_waiting(job, Waiting.PROVIDER_BUSY, 0)
    _asked, status = floor.slack.messages(origin.channel_id)
    assert "still waiting" in status.words


async def test_a_status_message_comes_and_goes(floor):
    origin = floor.mention()
    job = floor.job(origin)
    job = replace(job, status_ts=await floor.delivery.show_status(job))
    (status,) = floor.slack.everything_sent()
    assert (status.thread_ts, status.channel) == (origin.message_ts, "C1")
    assert "a fox" in status.words
    for _ in range(2):
        await floor.delivery.remove_status(job)
    assert status.deleted


async def test_an_end_without_an_image_is_one_neutral_line(floor):
    job = floor.job(floor.mention(), prompt="a secret")
    job = replace(job, status_ts=await floor.delivery.show_status(job))
    await floor.delivery.end_status(job)
    (status,) = floor.slack.everything_sent()
    assert "a secret" not in status.words + status.text
    floor.slack.workspace.channels["C1"].history.remove(status)
    await floor.delivery.end_status(job)


async def test_without_a_status_message_there_is_nothing_to_change(floor):
    job = floor.job(floor.command())
    await floor.delivery.remove_status(job)
    await floor.delivery.end_status(job)
    assert floor.slack.workspace.api_calls == []


def draft(origin, floor):
    return Draft("D1", origin, "thanks", "en", floor.clock(), "talk.greeting_or_question")


async def test_talk_in_a_channel_is_answered_to_the_person_alone(floor):
    await floor.delivery.answer_draft(draft(floor.mention(), floor))
    (told,) = floor.slack.ephemerals("U1")
    assert told.labels == ["Draw this"]
    assert told.thread_ts is None


async def test_talk_in_a_thread_is_answered_in_it(floor):
    origin = floor.mention(in_thread=True)
    await floor.delivery.answer_draft(draft(origin, floor))
    assert [m.thread_ts for m in floor.slack.ephemerals("U1")] == [origin.thread_ts]


async def test_talk_in_a_direct_message_is_answered_under_it(floor):
    origin = floor.direct_message()
    await floor.delivery.answer_draft(draft(origin, floor))
    assert floor.slack.messages(origin.channel_id)[-1].thread_ts == origin.message_ts


async def test_talk_is_answered_directly_where_nothing_else_goes(floor):
    origin = floor.mention()
    floor.slack.remove_bot("C1")
    await floor.delivery.answer_draft(draft(origin, floor))
    assert floor.slack.direct_messages_of("U1")[-1].labels == ["Draw this"]


async def test_a_response_may_replace_the_pressed_card(floor):
    pressed = floor.slack.say("a card", user="U1", channel="C1")
    url = floor.slack.response_urls.issue("U1", "C1", pressed)
    card = cancelled_card(floor.job(floor.command()), "en")
    await floor.delivery.respond(url, card.as_arguments(), replace_original=True)
    assert "Cancelled" in pressed.words


async def test_a_used_up_response_url_is_told_to_the_caller(floor):
    url = floor.slack.response_urls.issue("U1", "C1")
    for _ in range(5):
        await floor.delivery.respond(url, {"text": "hello"})
    with pytest.raises(UpstreamError):
        await floor.delivery.respond(url, {"text": "hello"})


async def test_a_person_who_made_a_mistake_is_told_how_it_works(floor, fail):
    await fail(floor.command(), UserError("talk.ask_for_words"))
    assert floor.slack.ephemerals("U1")[0].labels == []


async def test_home_is_published(floor):
    section = {"type": "section", "text": {"type": "plain_text", "text": "hello"}}
    await floor.delivery.publish_home(floor.command(), {"type": "home", "blocks": [section]})
    assert floor.slack.home_of("U1") is not None


async def test_a_button_in_a_thread_is_answered_there(floor, fail):
    first = floor.slack.say("hello", user="U1", channel="C1")
    floor.slack.say("more", user="U1", channel="C1", thread_ts=first.ts)
    url = floor.slack.response_urls.issue("U1", "C1")
    await fail(floor.origin(OriginKind.BUTTON, thread_ts=first.ts, response_url=url))
    assert [told.thread_ts for told in floor.slack.ephemerals("U1")] == [first.ts]
