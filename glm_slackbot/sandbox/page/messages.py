"""Messages and files as the page reads them."""

from __future__ import annotations

import io
from collections import Counter
from functools import lru_cache

from PIL import Image, UnidentifiedImageError

from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_file import FileStage, SlackFile
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_state import SLACKBOT, SlackWorkspace

BOT_NAME = "GLM-Image"
UNKNOWN_TYPE = "application/octet-stream"


def messages_json(messages: list[Message], workspace: SlackWorkspace) -> list[Json]:
    """The messages of one place, as whoever sees them sees them."""
    places = {message.channel for message in messages}
    seen_by_all = [m for place in places for m in workspace.channels[place].messages]
    replies = Counter(m.thread_ts for m in seen_by_all if m.thread_ts not in (None, m.ts))
    return [_message_json(message, replies[message.ts], workspace) for message in messages]


def _message_json(message: Message, reply_count: int, workspace: SlackWorkspace) -> Json:
    return {
        "ts": message.ts,
        "channel": message.channel,
        "thread_ts": None if message.thread_ts == message.ts else message.thread_ts,
        "user": message.user,
        "name": name_of(message.user, workspace),
        "is_bot": message.bot_id is not None or message.user == SLACKBOT,
        "text": message.text,
        "blocks": message.blocks,
        "files": [file_json(file) for file in message.files if _is_shown(file)],
        "only_for": message.only_for,
        "edited": message.edited,
        "reply_count": reply_count,
    }


def name_of(user: str, workspace: SlackWorkspace) -> str:
    """As Slack shows it."""
    if user == workspace.bot_user_id:
        return BOT_NAME
    person = workspace.users.get(user)
    return person.name if person else "Slackbot" if user == SLACKBOT else user


def file_json(file: SlackFile) -> Json:
    """Width and height in pixels, None where it is no image."""
    mimetype, width, height = facts_of(file.content or b"")
    return {
        "id": file.id,
        "title": file.title or file.name,
        "name": file.name,
        "width": width,
        "height": height,
        "mimetype": mimetype,
    }


@lru_cache(maxsize=256)
def facts_of(content: bytes) -> tuple[str, int | None, int | None]:
    """Media type by the first bytes, width and height."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF")) as image:
            mimetype = Image.MIME.get(image.format or "", UNKNOWN_TYPE)
            return mimetype, image.width, image.height
    except UnidentifiedImageError:
        return UNKNOWN_TYPE, None, None


def _is_shown(file: SlackFile) -> bool:
    return file.stage is not FileStage.DELETED
