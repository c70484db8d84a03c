"""The Delete button: takes a delivered image out of Slack."""

from __future__ import annotations

from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.job import Job
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.sharing import look_at_file

_GONE: Final = frozenset({"message_not_found", "file_not_found", "file_deleted"})


async def delete_result(client: AsyncWebClient, job: Job, channel_id: str, message_ts: str) -> None:
    """Delete the pressed message, the job's others, and its files. Raises BotError.

    What is gone already is fine, so it can be done again after a failure half-way.
    """
    file_ids = [image.file_id for image in job.images if image.file_id]
    result_ts = job.result_ts or await _result_ts(client, job, file_ids)
    for ts in dict.fromkeys(filter(None, (result_ts, message_ts, job.buttons_ts))):
        await ask(client, "chat.delete", {"channel": channel_id, "ts": ts}, expected=_GONE)
    for file_id in file_ids:
        await ask(client, "files.delete", {"file": file_id}, expected=_GONE)


async def _result_ts(client: AsyncWebClient, job: Job, file_ids: list[str]) -> str | None:
    """Where the buttons stand in a message of their own, the files know theirs."""
    if not (job.buttons_ts and file_ids):
        return None
    return (await look_at_file(client, job, file_ids[0])).message_ts
