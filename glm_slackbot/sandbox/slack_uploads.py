"""The bytes of files: the upload address, Slack's slow processing, and downloads."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from glm_slackbot.sandbox.slack_file import FileStage, SlackFile
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_weather import LOGIN_PAGE

if TYPE_CHECKING:
    from glm_slackbot.sandbox.slack_core import SlackCore

CHUNK = 1 << 16
#: content above this is hashed and counted, but not kept
MOST_KEPT = 48 << 20


@dataclass(frozen=True)
class Upload:
    """One body that arrived at an upload address; size in bytes."""

    file_id: str
    size: int
    sha256: str


class Uploads:
    """Tickets, received bodies and the processing that follows completion."""

    def __init__(self, stand_in: SlackCore, *, keep_bytes: bool) -> None:
        self._stand_in = stand_in
        self._keep_bytes = keep_bytes
        self.received: list[Upload] = []
        #: between completion and the message in the channel
        self.processing_seconds = 0.1

    def ticket(self, file: SlackFile) -> str:
        """The address for a file's bytes; no token is wanted there."""
        return f"https://files.slack.com/upload/v1/{file.id}"

    async def receive(self, request: web.Request) -> web.Response:
        """POST to a ticket: the raw body or one multipart part."""
        file = self._stand_in.workspace.files.get(request.match_info["ticket"])
        if file is None or file.stage not in {FileStage.WAITING, FileStage.UPLOADED}:
            return web.Response(status=404, text="no such upload")
        if "Authorization" in request.headers:
            return web.Response(status=403, text="an upload address takes no token")
        try:
            await self._take_in(request, file)
        except ConnectionError:  # the app died on the way: Slack keeps no half files
            return web.Response(status=400)
        self.received.append(Upload(file.id, file.size, file.sha256))
        return web.Response(text=f"OK - {file.size}")

    async def _take_in(self, request: web.Request, file: SlackFile) -> None:
        kept, digest, size = bytearray(), hashlib.sha256(), 0
        async for chunk in _body(request):
            digest.update(chunk)
            size += len(chunk)
            if self._keep_bytes and size <= MOST_KEPT:
                kept += chunk
        file.size, file.sha256, file.stage = size, digest.hexdigest(), FileStage.UPLOADED
        file.content = bytes(kept) if len(kept) == size else None

    def process(self, files: list[SlackFile], message: Message | None) -> None:
        """Slack's work after completion, a little later."""
        self._stand_in.in_background(self._process(files, message))

    async def _process(self, files: list[SlackFile], message: Message | None) -> None:
        await asyncio.sleep(self.processing_seconds)
        ready = [file for file in files if file.stage is FileStage.PROCESSING]
        for file in ready:
            file.stage = FileStage.READY
        # With alt_txt the call answers ok and the file never appears (python-slack-sdk #1818).
        if message is None or any(file.alt_txt for file in files):
            return
        message.ts = self._stand_in.workspace.new_ts()
        for file in ready:
            file.shares.setdefault(message.channel, []).append(message.ts)
        self._stand_in.post_as_bot(message)

    async def download(self, request: web.Request) -> web.Response:
        """GET of `url_private`: without the bot's token Slack shows a login page, with 200."""
        workspace = self._stand_in.workspace
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        file = workspace.files.get(request.match_info["file"].rpartition("-")[2])
        if token not in workspace.bot_tokens() or workspace.token_fault(token):
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if file is None or file.content is None:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type=file.answer()["mimetype"] or None)


async def _body(request: web.Request) -> AsyncIterator[bytes]:
    if request.content_type != "multipart/form-data":
        async for chunk in request.content.iter_chunked(CHUNK):
            yield chunk
        return
    part = await (await request.multipart()).next()
    while isinstance(part, BodyPartReader) and (chunk := await part.read_chunk(CHUNK)):
        yield chunk
