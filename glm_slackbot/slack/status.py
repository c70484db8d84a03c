"""The small status message in a thread while an image is made."""

from __future__ import annotations

from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.job import Job
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.sharing import place_of
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.cards import ended_status_card, status_card

# Gone, or no longer ours to change: nobody is helped by a failure then.
_FINE: Final = frozenset(
    {
        "message_not_found",
        "cant_delete_message",
        "cant_update_message",
        "edit_window_closed",
        "is_inactive",
    }
)


async def show_status(client: AsyncWebClient, job: Job) -> str:
    """Post the status message; answers its ts."""
    place = place_of(job)
    card = status_card(job, job.locale)
    answer = await ask(
        client,
        "chat.postMessage",
        {"channel": place.channel_id, "thread_ts": place.thread_ts, **card.as_arguments()},
    )
    return str(answer["ts"])


async def remove_status(client: AsyncWebClient, job: Job) -> None:
    """Delete the status message, where there is one."""
    if job.status_ts:
        message = {"channel": place_of(job).channel_id, "ts": job.status_ts}
        await ask(client, "chat.delete", message, expected=_FINE)


async def end_status(client: AsyncWebClient, job: Job) -> None:
    """Turn the status message into the neutral line of an end without an image."""
    await change_status(client, job, ended_status_card(job, job.locale))


async def change_status(client: AsyncWebClient, job: Job, card: Card) -> None:
    """Let the status message say something else, where there is one."""
    if job.status_ts:
        message = {"channel": place_of(job).channel_id, "ts": job.status_ts}
        words = {"text": card.text, "blocks": list(card.blocks)}
        await ask(client, "chat.update", {**message, **words}, expected=_FINE)
