"""files.*: the upload ticket, the completion that shares, and what is told of a file later."""

from __future__ import annotations

from glm_slackbot.sandbox.slack_blocks import MESSAGE_BLOCKS, check_blocks
from glm_slackbot.sandbox.slack_call import Call, Method
from glm_slackbot.sandbox.slack_errors import Json, SlackError, refused
from glm_slackbot.sandbox.slack_file import FileStage, SlackFile
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_methods_chat import checked_thread
from glm_slackbot.sandbox.slack_rules import channel_for_posting

LONGEST_ALT_TEXT = 1000


async def upload_ticket(call: Call) -> Json:
    """files.getUploadURLExternal: a file id, and the address its bytes go to."""
    length = call.number("length")
    if not length:
        raise SlackError("missing_argument")
    if len(call.text("alt_txt")) > LONGEST_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    workspace = call.stand_in.workspace
    file = SlackFile(
        id=workspace.new_id("F"),
        name=call.text("filename"),
        user=workspace.bot_user_id,
        announced=length,
        created=int(workspace.clock()),
        team_id=workspace.team_id,
        alt_txt=call.args.get("alt_txt"),
    )
    workspace.files[file.id] = file
    return {"ok": True, "upload_url": call.stand_in.uploads.ticket(file), "file_id": file.id}


async def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: once a file. The answer tells neither type nor share.

    `blocks` count only without `initial_comment`. What is refused can be completed again.
    """
    files = [_completable(call, entry) for entry in _listed(call)]
    message = _share(call, files) if call.text("channel_id") else None
    for file, entry in zip(files, _listed(call), strict=True):
        file.title = str(entry.get("title") or file.name)
        file.stage = FileStage.PROCESSING
    call.stand_in.uploads.process(files, message)
    return {"ok": True, "files": [file.answer() for file in files]}


async def info(call: Call) -> Json:
    """files.info: nothing before completion, everything once Slack has processed it."""
    file = call.stand_in.workspace.files.get(call.text("file"))
    if file is not None and file.stage is FileStage.DELETED:
        raise SlackError("file_deleted")
    told = call.stand_in.tells_of_uncompleted_files
    if file is None or not (file.is_known or (told and file.stage is FileStage.UPLOADED)):
        raise SlackError("file_not_found")
    return {"ok": True, "file": file.answer(), "comments": []}


async def delete(call: Call) -> Json:
    """files.delete: the bot's own only."""
    workspace = call.stand_in.workspace
    file = workspace.files.get(call.text("file"))
    if file is None or not file.is_known:
        gone = file is not None and file.stage is FileStage.DELETED
        raise SlackError("file_deleted" if gone else "file_not_found")
    if file.user != workspace.bot_user_id:
        raise SlackError("cant_delete_file")
    file.stage = FileStage.DELETED
    file.content = None
    return {"ok": True}


def _listed(call: Call) -> list[Json]:
    listed = call.parsed("files")
    well_formed = isinstance(listed, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in listed
    )
    if not listed or not well_formed:
        raise refused("invalid_arguments", ["files must be an array of objects with an id"])
    return list(listed)


def _completable(call: Call, entry: Json) -> SlackFile:
    file = call.stand_in.workspace.files.get(entry["id"])
    if file is None or file.stage is not FileStage.UPLOADED:
        raise SlackError("file_not_found")
    if file.size != file.announced:
        raise SlackError("file_update_failed")
    return file


def _share(call: Call, files: list[SlackFile]) -> Message:
    workspace = call.stand_in.workspace
    channel = channel_for_posting(workspace, call.text("channel_id"))
    comment = call.text("initial_comment")
    blocks = None if comment else call.args.get("blocks")
    if blocks and call.stand_in.refuses_file_blocks:
        raise refused("invalid_blocks", ["blocks are not allowed beside files"])
    return Message(
        channel=channel.id,
        ts="",  # Slack gives it when it has processed the files
        user=workspace.bot_user_id,
        bot_id=workspace.bot_id,
        text=comment,
        blocks=check_blocks(blocks or [], MESSAGE_BLOCKS, call.shows_file),
        files=files,
        thread_ts=checked_thread(call, channel),
    )


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": upload_ticket,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
    "files.delete": delete,
}
