"""The stand-in for the provider's image hosts: signed links that expire, and their bytes."""

from __future__ import annotations

import asyncio
import hmac
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.size import Size
from glm_slackbot.sandbox.glm_replies import answer_with
from glm_slackbot.sandbox.glm_weather import Plan, Reply
from glm_slackbot.sandbox.placeholder import draw_placeholder

HOST_OF_PROVIDER: Final = {Provider.BIGMODEL: "sfile.chatglm.cn", Provider.ZAI: "mfile.z.ai"}
IMAGE_HOSTS: Final = frozenset(
    {
        *HOST_OF_PROVIDER.values(),
        "aigc-files.bigmodel.cn",
        "maas-watermark-prod-new.cn-wlcb.ufileos.com",
    }
)
LINK_LIFETIME_S: Final = 24 * 3600
_PIECE: Final = 64 * 1024
_FORBIDDEN: Final = Reply(status=403, text="<Error><Code>AccessDenied</Code></Error>")
_HAS_CREDENTIALS: Final = Reply(status=400, text="credentials were sent to an image host")


@dataclass
class StoredImage:
    """A made image: what its file holds, and how often it was fetched."""

    prompt: str
    size: Size
    plan: Plan
    byte_count: int
    fetches: int = 0

    def draw(self) -> bytes:
        """The bytes of the file; costs some milliseconds."""
        if self.plan.file == "text":
            return b"this is no image"
        asked = self.plan.byte_count or self.byte_count
        return draw_placeholder(self.prompt, self.plan.size or self.size, self.plan.file, asked)


class ImageHost:
    """Keeps the images and answers for every image host; reached through ``GLMStandIn``."""

    def __init__(self, signing_key: bytes) -> None:
        self._signing_key = signing_key
        self._images: dict[str, StoredImage] = {}

    def store(self, name: str, host: str, image: StoredImage) -> str:
        """Keep an image and return its signed link, as the weather plans it."""
        self._images[name] = image
        if image.plan.link is not None:
            return image.plan.link
        hop = f"/hop{image.plan.redirects}" if image.plan.redirects else ""
        return f"https://{host}{self._signed(f'{hop}/{name}.png')}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve a fetch: the file, a redirect, or the fault that is planned."""
        if "Authorization" in request.headers or "Cookie" in request.headers:
            return answer_with(_HAS_CREDENTIALS, request)
        if request.method != "GET" or not self._is_signed(request):
            return answer_with(_FORBIDDEN, request)
        hop, _, name = request.path.removesuffix(".png").rpartition("/")
        image = self._images[name]  # a signed name is one of ours
        if hop:
            return self._redirect(int(hop.removeprefix("/hop")) - 1, name, image)
        image.fetches += 1
        if image.fetches <= image.plan.link_faults:
            return answer_with(image.plan.link_fault, request)
        return await _send_file(request, image)

    def _redirect(self, hops_left: int, name: str, image: StoredImage) -> web.Response:
        hop = f"/hop{hops_left}" if hops_left else ""
        target = self._signed(f"{hop}/{name}.png")
        if not hops_left and image.plan.redirect_to is not None:
            target = image.plan.redirect_to
        # A cookie is set as well: the client must not bring it back.
        headers = {"Location": target, "Set-Cookie": "seen=1; Path=/"}
        return web.Response(status=302, headers=headers)

    def _signed(self, path: str) -> str:
        expires = int(time.time()) + LINK_LIFETIME_S
        return f"{path}?Expires={expires}&Signature={self._signature(path, expires)}"

    def _is_signed(self, request: web.Request) -> bool:
        asked = parse_qs(request.query_string)
        expires, signature = (asked.get(name, [""])[0] for name in ("Expires", "Signature"))
        if not expires.isdecimal() or int(expires) < time.time():
            return False
        return hmac.compare_digest(self._signature(request.path, int(expires)), signature)

    def _signature(self, path: str, expires: int) -> str:
        return hmac.digest(self._signing_key, f"{path} {expires}".encode(), "sha256").hex()


async def _send_file(request: web.Request, image: StoredImage) -> web.StreamResponse:
    body = await asyncio.to_thread(image.draw)
    response = web.StreamResponse(headers={"Content-Type": image.plan.content_type})
    if not image.plan.chunked:
        response.content_length = len(body)
    await response.prepare(request)
    cut = image.fetches <= image.plan.truncated_fetches
    end = len(body) // 2 if cut else len(body)
    for start in range(0, end, _PIECE):
        await response.write(body[start : min(start + _PIECE, end)])
    if cut and request.transport is not None:
        request.transport.close()
        return response
    await response.write_eof()
    return response
