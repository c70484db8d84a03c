"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

import re

from glm_slackbot.sandbox.slack_blocks import MESSAGE_BLOCKS, check_blocks
from glm_slackbot.sandbox.slack_call import Call, Method
from glm_slackbot.sandbox.slack_errors import Json, SlackError, refused
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_rules import channel_for_posting
from glm_slackbot.sandbox.slack_state import Channel

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
#: real arguments that would change what people see; better refused than dropped
_UNKNOWN = {"attachments", "markdown_text", "metadata", "reply_broadcast"}
_TS = re.compile(r"\d+\.\d{6}")


async def post_message(call: Call) -> Json:
    """chat.postMessage; a user id as the channel means that person's direct message."""
    workspace = call.stand_in.workspace
    wanted = call.text("channel")
    if wanted in workspace.users and not workspace.users[wanted].deleted:
        wanted = workspace.bot_dm(wanted).id
    channel = channel_for_posting(workspace, wanted)
    message = _written(call, channel)
    call.stand_in.posting_limit.count(channel.id)
    call.stand_in.post_as_bot(message)
    shown = message.payload(workspace.team_id)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shown}


async def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: for one member; nothing can change it later."""
    workspace = call.stand_in.workspace
    channel = channel_for_posting(workspace, call.text("channel"))
    if call.text("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    message = _written(call, channel)
    message.only_for = call.text("user")
    workspace.post(message)
    return {"ok": True, "message_ts": message.ts}


async def update(call: Call) -> Json:
    """chat.update: the bot's own only. Text without blocks takes the blocks away."""
    message = _own_message(call, "cant_update_message")
    text, blocks = call.text("text"), call.args.get("blocks")
    if not text and blocks is None:
        raise SlackError("no_text")
    if len(text) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    checked = check_blocks(blocks or [], MESSAGE_BLOCKS, call.shows_file)
    before = message.payload(call.stand_in.workspace.team_id)
    message.text = text or message.text
    message.blocks = checked
    message.edited = blocks is None
    call.stand_in.tell_of_own(message, "message_changed", before)
    shown = {"text": message.text, "user": message.user, "blocks": message.blocks}
    place = {"channel": message.channel, "ts": message.ts, "text": message.text}
    return {"ok": True, **place, "message": shown}


async def delete(call: Call) -> Json:
    """chat.delete: the bot's own only."""
    message = _own_message(call, "cant_delete_message")
    message.deleted = True
    call.stand_in.tell_of_own(message, "message_deleted")
    return {"ok": True, "channel": message.channel, "ts": message.ts}


async def permalink(call: Call) -> Json:
    """chat.getPermalink."""
    workspace = call.stand_in.workspace
    channel, ts = call.text("channel"), call.text("message_ts")
    if channel not in workspace.channels:
        raise SlackError("channel_not_found")
    message = workspace.find_message(channel, ts)
    if message is None:
        raise SlackError("message_not_found")
    address = f"https://sandbox.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    if message.thread_ts:
        address += f"?thread_ts={message.thread_ts}&cid={channel}"
    return {"ok": True, "channel": channel, "permalink": address}


def checked_thread(call: Call, channel: Channel) -> str | None:
    """The thread to write in: its first message's ts, never an answer's."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    if not _TS.fullmatch(thread_ts):
        raise SlackError("invalid_thread_ts")
    first = next((m for m in channel.history if m.ts == thread_ts), None)
    if first is None or first.only_for is not None:
        raise SlackError("thread_not_found")
    if first.thread_ts not in (None, first.ts):
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def _written(call: Call, channel: Channel) -> Message:
    text = call.text("text")
    if unknown := _UNKNOWN & call.args.keys():
        raise refused("invalid_arguments", [f"the stand-in knows no {sorted(unknown)}"])
    blocks = check_blocks(call.args.get("blocks") or [], MESSAGE_BLOCKS, call.shows_file)
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    workspace = call.stand_in.workspace
    return Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=workspace.bot_user_id,
        bot_id=workspace.bot_id,
        text=text,
        blocks=blocks,
        thread_ts=checked_thread(call, channel),
        names_ping=call.flag("link_names") or call.text("parse") == "full",
    )


def _own_message(call: Call, refusal: str) -> Message:
    workspace = call.stand_in.workspace
    channel = channel_for_posting(workspace, call.text("channel"))
    message = workspace.find_message(channel.id, call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != workspace.bot_id:
        raise SlackError(refusal)
    return message


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
}
