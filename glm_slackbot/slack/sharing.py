"""Shares uploaded files into a channel, and looks what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.job import Image, Job
from glm_slackbot.slack.ask import Answer, ask
from glm_slackbot.ui.result import buttons_card, file_title, result_card, result_comment
from glm_slackbot.workflow.ports import (
    BlocksRefused,
    FileGone,
    FileLook,
    FileState,
    Place,
    SharePlan,
)

NOT_THERE: Final = "file_not_found"
DELETED: Final = "file_deleted"
# invalid_arguments is what Slack answers to arguments of a wrong shape; without blocks it is either
# well, or refused again and told.
REFUSES_BLOCKS: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_arguments"}
)


def place_of(job: Job) -> Place:
    """Where this job's image goes: what was found before buying, else where it was asked for."""
    if job.post_channel:
        return Place(job.post_channel, job.post_thread)
    return Place(job.origin.channel_id, job.origin.answer_thread)


async def share_files(
    client: AsyncWebClient, job: Job, images: Sequence[Image], plan: SharePlan
) -> None:
    """Complete the files into the job's place, once: a second call raises FileGone.

    Raises BlocksRefused where nothing was posted because of the blocks, and BotError.
    """
    place = place_of(job)
    with_blocks = plan is SharePlan.ONE_MESSAGE
    answer = await ask(
        client,
        "files.completeUploadExternal",
        {
            "files": [{"id": image.file_id, "title": file_title(job)} for image in images],
            "channel_id": place.channel_id,
            "thread_ts": place.thread_ts,
            **_words(job, images, with_blocks=with_blocks),
        },
        expected={NOT_THERE, *(REFUSES_BLOCKS if with_blocks else ())},
    )
    if answer.get("error") == NOT_THERE:
        raise FileGone
    if answer.get("error"):
        raise BlocksRefused


async def post_buttons(client: AsyncWebClient, job: Job, images: Sequence[Image]) -> str:
    """The buttons as a message of their own, in the place of the files; answers its ts."""
    place = place_of(job)
    card = buttons_card(job, images, job.locale)
    answer = await ask(
        client,
        "chat.postMessage",
        {
            "channel": place.channel_id,
            "thread_ts": place.thread_ts,
            **card.as_arguments(),
        },
    )
    return str(answer["ts"])


async def look_at_file(client: AsyncWebClient, job: Job, file_id: str) -> FileLook:
    """What Slack knows of a file.

    A file that was uploaded and never completed is ``file_not_found`` to Slack, so one that is
    found without shares was completed, and Slack is still at work on it.
    """
    answer = await ask(
        client, "files.info", {"file": file_id}, as_form=True, expected={NOT_THERE, DELETED}
    )
    if answer.get("error") == NOT_THERE:
        return FileLook(FileState.UNKNOWN)
    file = answer.get("file") or {}
    if answer.get("error") or file.get("mode") == "tombstone":
        return FileLook(FileState.DELETED)
    message_ts = next(_stamps(file, place_of(job).channel_id), None)
    return FileLook(FileState.SHARED if message_ts else FileState.COMPLETED, message_ts)


def _words(job: Job, images: Sequence[Image], *, with_blocks: bool) -> dict[str, Any]:
    """Blocks, or a comment: beside a comment Slack ignores blocks."""
    if with_blocks:
        return {"blocks": list(result_card(job, images, job.locale).blocks)}
    return {"initial_comment": result_comment(job, images, job.locale)}


def _stamps(file: Answer, channel_id: str) -> Iterator[str]:
    for by_channel in (file.get("shares") or {}).values():
        for share in by_channel.get(channel_id, ()):
            yield share["ts"]
