"""Where an accepted request's result will appear, as far as it is known when the card is made."""

from __future__ import annotations

from dataclasses import dataclass

from glm_slackbot.domain.job import Job, OriginKind

_DIRECT_MESSAGE = "D"
_GROUP_MESSAGE_NAME = "mpdm-"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a card is read. ``name`` is the one in Slack's payload, which tells the kind:
    a group direct message's id may begin like any channel's.
    """

    channel_id: str
    name: str = ""


def accepted_text_id(job: Job, read_in: Conversation) -> str:
    """The sentence that is true of this job for whoever reads it there."""
    if job.post_channel is not None:
        return _bound_for(job.post_channel, read_in)
    origin = job.origin
    if origin.kind is OriginKind.HOME and not origin.channel_id.startswith(_DIRECT_MESSAGE):
        return "job.accepted_on_home"
    if origin.kind is OriginKind.COMMAND:
        # Commands reach us from where the bot is not, too: from between other people.
        if origin.channel_id.startswith(_DIRECT_MESSAGE):
            return "job.accepted_in_direct"
        if origin.channel_id == read_in.channel_id and _is_group_message(read_in):
            return "job.accepted_direct"
    return _bound_for(origin.channel_id, read_in)


def _bound_for(channel_id: str, read_in: Conversation) -> str:
    if channel_id == read_in.channel_id:
        return "job.accepted"
    if channel_id.startswith(_DIRECT_MESSAGE):
        return "job.accepted_in_direct"
    return "job.accepted_elsewhere"


def _is_group_message(place: Conversation) -> bool:
    return place.name.startswith(_GROUP_MESSAGE_NAME)
