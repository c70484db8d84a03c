"""Messages and files as the page reads them."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, UnidentifiedImageError

from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_file import FileStage, SlackFile
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_state import SLACKBOT, SlackWorkspace

BOT_NAME = "GLM-Image"
UNKNOWN_TYPE = "application/octet-stream"


def message_json(message: Message, workspace: SlackWorkspace) -> Json:
    """One message, as everybody who sees it sees it."""
    thread = workspace.channels[message.channel].thread(message.ts)
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
        "reply_count": sum(1 for answer in thread if answer.ts != message.ts),
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
