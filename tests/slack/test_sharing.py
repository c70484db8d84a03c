"""Files become one message, or two, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from glm_slackbot.domain.errors import SetupError, UpstreamError
from glm_slackbot.sandbox import slack_weather as weather
from glm_slackbot.workflow.ports import BlocksRefused, FileGone, FileState, SharePlan

ONE, TWO = SharePlan.ONE_MESSAGE, SharePlan.TWO_MESSAGES
PING = "a <!channel> & <https://bad.example|good> fox"


@pytest.fixture
def job(floor):
    return floor.job(floor.command(), prompt=PING, post_channel="C1")


async def shared(floor, job, plan=ONE, *, count=1):
    images = await floor.uploaded(job, count=count)
    await floor.delivery.share(job, images, plan)
    await floor.slack.settle()
    return images


async def test_images_caption_and_buttons_are_one_message(floor, job):
    await shared(floor, job, count=3)
    (message,) = floor.slack.messages("C1")
    assert len(message.files) == 3
    assert PING in message.words
    assert message.labels == ["Again", "Delete"]


async def test_words_people_typed_neither_ping_nor_link_in_either_plan(floor, job):
    await shared(floor, job, ONE)
    await shared(floor, job, TWO)
    for message in floor.slack.messages("C1"):
        assert message.links == []
        assert set(message.pings) <= {"@U1"}


async def test_the_title_is_the_start_of_the_prompt(floor, job):
    (image,) = await shared(floor, job)
    assert floor.slack.workspace.files[image.file_id].title == PING


async def test_in_two_messages_the_caption_is_a_comment_and_the_buttons_follow(floor, job):
    images = await shared(floor, job, TWO)
    ts = await floor.delivery.post_buttons(job, images)
    files, buttons = floor.slack.messages("C1")
    assert (len(files.files), files.labels) == (1, [])
    assert PING in files.words
    assert (buttons.ts, buttons.labels) == (ts, ["Again", "Delete"])


@pytest.mark.parametrize("plan", [ONE, TWO])
async def test_a_thread_gets_its_image(floor, plan):
    origin = floor.mention(in_thread=True)
    job = floor.job(origin, post_channel="C1", post_thread=origin.thread_ts)
    images = await shared(floor, job, plan)
    await floor.delivery.post_buttons(job, images)
    assert [m.thread_ts for m in floor.slack.everything_sent()] == [origin.thread_ts] * 2


async def test_a_very_long_chinese_prompt_fits(floor):
    job = floor.job(floor.command(), prompt="狐" * 1000, post_channel="C1")
    await shared(floor, job, ONE)
    await shared(floor, job, TWO)
    assert len(floor.slack.messages("C1")) == 2


@pytest.mark.parametrize("code", ["invalid_blocks", "invalid_blocks_format", "invalid_arguments"])
async def test_refused_blocks_post_nothing_and_leave_the_files_for_the_other_plan(floor, job, code):
    images = await floor.uploaded(job)
    floor.slack.weather.next("files.completeUploadExternal", weather.error(code))
    with pytest.raises(BlocksRefused):
        await floor.delivery.share(job, images, ONE)
    await floor.delivery.share(job, images, TWO)
    await floor.slack.settle()
    assert len(floor.slack.messages("C1")) == 1


async def test_arguments_refused_without_blocks_are_told(floor, job):
    images = await floor.uploaded(job)
    floor.slack.weather.next("files.completeUploadExternal", weather.error("invalid_arguments"))
    with pytest.raises(SetupError) as refusal:
        await floor.delivery.share(job, images, TWO)
    assert refusal.value.text_id == "setup.slack_refused"


async def test_a_file_is_shared_once_however_often_it_is_asked_for(floor, job):
    images = await shared(floor, job)
    with pytest.raises(FileGone):
        await floor.delivery.share(job, images, ONE)
    await floor.slack.settle()
    assert len(floor.slack.messages("C1")) == 1


async def test_an_answer_lost_after_the_share_posts_nothing_twice(floor, job):
    images = await floor.uploaded(job)
    lost = weather.drop().afterwards()
    floor.slack.weather.next("files.completeUploadExternal", lost)
    with pytest.raises(FileGone):
        await floor.delivery.share(job, images, ONE)
    await floor.slack.settle()
    assert len(floor.slack.messages("C1")) == 1


async def test_a_channel_the_bot_left_is_an_admins_matter(floor, job):
    images = await floor.uploaded(job)
    floor.slack.remove_bot("C1")
    with pytest.raises(SetupError) as refusal:
        await floor.delivery.share(job, images, ONE)
    assert refusal.value.text_id == "setup.invite_bot"


async def test_a_file_tells_where_it_stands(floor, job):
    (image,) = await floor.uploaded(job)
    assert (await floor.delivery.look_at_file(job, image.file_id)).state is FileState.UNKNOWN
    floor.slack.uploads.processing_seconds = 0.05
    await floor.delivery.share(job, (image,), ONE)
    assert (await floor.delivery.look_at_file(job, image.file_id)).state is FileState.COMPLETED
    await floor.slack.settle()
    look = await floor.delivery.look_at_file(job, image.file_id)
    (message,) = floor.slack.messages("C1")
    assert (look.state, look.message_ts) == (FileState.SHARED, message.ts)
    await floor.delivery.delete_result(replace(job, images=(image,)), "C1", message.ts)
    assert (await floor.delivery.look_at_file(job, image.file_id)).state is FileState.DELETED


async def test_a_private_channel_tells_its_share_too(floor):
    job = floor.job(floor.command("G1"), post_channel="G1")
    (image,) = await shared(floor, job)
    assert (await floor.delivery.look_at_file(job, image.file_id)).state is FileState.SHARED


async def test_a_share_elsewhere_is_not_ours(floor, job):
    (image,) = await shared(floor, job)
    elsewhere = replace(job, post_channel="G1")
    look = await floor.delivery.look_at_file(elsewhere, image.file_id)
    assert (look.state, look.message_ts) == (FileState.COMPLETED, None)


async def test_a_look_that_fails_says_nothing_of_the_file(floor, job):
    floor.slack.weather.always("files.info", weather.html(503))
    with pytest.raises(UpstreamError):
        await floor.delivery.look_at_file(job, "F1")


@pytest.mark.parametrize("plan", [ONE, TWO])
async def test_delete_takes_messages_and_files_away_and_can_be_pressed_twice(floor, job, plan):
    images = await shared(floor, job, plan, count=2)
    job = replace(job, images=images)
    pressed = floor.slack.messages("C1")[0].ts
    if plan is TWO:
        pressed = await floor.delivery.post_buttons(job, images)
        job = replace(job, buttons_ts=pressed)
    for _ in range(2):
        await floor.delivery.delete_result(job, "C1", pressed)
    assert floor.slack.messages("C1") == []
    stages = {floor.slack.workspace.files[image.file_id].stage for image in images}
    assert stages == {"deleted"}


async def test_a_delete_that_slack_refuses_is_told(floor, job):
    floor.slack.weather.next("chat.delete", weather.error("cant_delete_message"))
    with pytest.raises(SetupError):
        await floor.delivery.delete_result(job, "C1", "1.000001")


async def test_each_step_looks_the_workspaces_token_up_again(floor, job):
    await shared(floor, job)
    assert floor.tokens_asked_for == [(job.origin.team_id, None)] * 2
