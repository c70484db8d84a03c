"""The client of the GLM image API: generate, or submit and then poll.

Sending a purchase again is the caller's decision (``GLMError.safe_to_send_again``): this client
sends every request exactly once.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

import httpx

from glm_slackbot.domain.image_models import MODELS, Provider
from glm_slackbot.domain.retry import poll_pause
from glm_slackbot.domain.size import Size
from glm_slackbot.glm.answers import Answer, GeneratedImage, Processing, read_json_object
from glm_slackbot.glm.errors import GLMError, Kind, kind_of_transport_fault
from glm_slackbot.glm.http import CONNECT_S, read_bounded

GENERATION_S: Final = 300.0
POLL_S: Final = 30.0
ANSWER_LIMIT: Final = 1024 * 1024
API_KEY_LIMIT: Final = 200
_NO_SUCH_TASK: Final = "0000000000000000000000"
_REFUSES_THE_API_KEY: Final = frozenset({Kind.API_KEY_REFUSED, Kind.TWO_FACTOR, Kind.ACCOUNT})
# The gateway ahead of the API puts an HTTP status in the place of a code, also into a 200.
_A_STATUS_THAT_REFUSES: Final = re.compile("401|403|5[0-9]{2}")
_API_KEY_SHAPE: Final = re.compile(r"[!-\-/-~]+\.[!-\-/-~]+")
_FITS_A_HEADER: Final = re.compile(r"[!-~]+")


def has_api_key_shape(secret: str) -> bool:
    """Whether this looks like a key as the provider issues it: ``<id>.<secret>``, no spaces."""
    return len(secret) < API_KEY_LIMIT and _API_KEY_SHAPE.fullmatch(secret) is not None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A provider's key, which can leave for that provider's host only; repr hides the secret."""

    provider: Provider
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ImageOrder:
    """One image to be bought. ``watermark=False`` asks the provider to leave its mark out."""

    model: str
    prompt: str
    size: Size
    quality: str | None = None
    watermark: bool = True
    user_id: str | None = None
    request_id: str | None = None

    def fields(self) -> dict[str, object]:
        """The request's body; what is not asked for is left out."""
        optional = {
            "quality": self.quality if self._sends_quality else None,
            "watermark_enabled": None if self.watermark else False,
            "user_id": self.user_id,
            "request_id": self.request_id,
        }
        wanted = {name: value for name, value in optional.items() if value is not None}
        return {"model": self.model, "prompt": self.prompt, "size": str(self.size), **wanted}

    @property
    def _sends_quality(self) -> bool:
        return self.model not in MODELS or MODELS[self.model].sends_quality


class GLMImageClient:
    """Speaks to the official host of its key's provider, and to no other.

    Every method raises GLMError. ``http`` comes from ``open_http`` and stays the caller's.
    """

    def __init__(self, http: httpx.AsyncClient, api_key: ApiKey) -> None:
        self._http = http
        self._api_key = api_key

    async def generate(
        self,
        order: ImageOrder,
        *,
        allowed_s: float | None = None,
        on_sending: Callable[[], None] | None = None,
    ) -> GeneratedImage:
        """Buy one image and wait for it, up to 300 s or the seconds allowed.

        ``on_sending`` hears when the order leaves: cancelled before that, nothing was bought.
        """
        body = _Body(order, on_sending)
        return (await self._buy("/images/generations", body, allowed_s)).image("data")

    async def submit(
        self,
        order: ImageOrder,
        *,
        allowed_s: float | None = None,
        on_sending: Callable[[], None] | None = None,
    ) -> str:
        """Buy one image and return the id of the task that makes it (glm-image only).

        ``on_sending`` as with ``generate``.
        """
        body = _Body(order, on_sending)
        answer = await self._buy("/async/images/generations", body, allowed_s)
        task_id = answer.get("id")
        if isinstance(task_id, (str, int)) and str(task_id).strip():
            return str(task_id).strip()
        raise answer.error(Kind.LOST)

    async def result(self, task_id: str) -> GeneratedImage | Processing:
        """Poll a task; costs nothing. A task that failed raises TASK_FAILED."""
        answer = await self._poll(task_id)
        if answer.task_status == "FAIL":
            raise answer.error(Kind.TASK_FAILED)
        _raise_for_error(answer)
        if answer.task_status == "SUCCESS" or answer.get("image_result"):
            return answer.image("image_result")
        if answer.task_status is None:
            raise answer.error(Kind.LOST)
        return Processing()

    async def wait(self, task_id: str, *, allowed_s: float | None = None) -> GeneratedImage:
        """Poll a task until it is done, up to 300 s or the seconds allowed; costs nothing.

        Polls that fail in passing are repeated. Raises TASK_FAILED, and LOST when the time is up:
        the image may be made still, so wait for the same task again rather than buy anew.
        """
        allowed_s = GENERATION_S if allowed_s is None else allowed_s
        started = time.monotonic()
        while isinstance(answer := await self._result_or_fault(task_id), (Processing, GLMError)):
            elapsed = time.monotonic() - started
            if elapsed + poll_pause(elapsed) > allowed_s:
                seen = f": {answer}" if isinstance(answer, GLMError) else ""
                words = f"task {task_id} was not done within {allowed_s:g} s{seen}"
                raise GLMError(Kind.LOST, message=words, after_submission=True)
            await asyncio.sleep(poll_pause(elapsed))
        return answer

    async def probe(self) -> None:
        """Return if the host accepts the API key; buys nothing, for it polls no task of ours."""
        answer = await self._poll(_NO_SUCH_TASK)
        if answer.status in (401, 403) or answer.status >= 500 or not answer.from_provider:
            raise answer.error()
        if _A_STATUS_THAT_REFUSES.fullmatch(answer.code or ""):
            raise answer.error()
        if answer.has_error and answer.error().kind in _REFUSES_THE_API_KEY:
            raise answer.error()

    async def _result_or_fault(self, task_id: str) -> GeneratedImage | Processing | GLMError:
        try:
            return await self.result(task_id)
        except GLMError as error:
            if error.passing:
                return error
            raise

    async def _buy(self, path: str, body: _Body, allowed_s: float | None) -> Answer:
        allowed_s = GENERATION_S if allowed_s is None else allowed_s
        answer = await self._request("POST", path, allowed_s, body)
        _raise_for_error(answer)
        return answer

    async def _poll(self, task_id: str) -> Answer:
        return await self._request("GET", f"/async-result/{_in_path(task_id)}", POLL_S)

    async def _request(
        self, method: str, path: str, allowed_s: float, body: _Body | None = None
    ) -> Answer:
        bought = method == "POST"
        # In less time to connect nothing is bought, so that a short wait ends surely.
        connect_s = min(CONNECT_S, allowed_s)
        request = self._http.build_request(
            method,
            f"https://{self._api_key.provider.host}/api/paas/v4{path}",
            headers=self._headers() | (body.headers if body else {}),
            content=body,
            timeout=httpx.Timeout(allowed_s, connect=connect_s, pool=connect_s),
        )
        try:
            async with asyncio.timeout(allowed_s + CONNECT_S):
                return await self._exchange(request, bought)
        except TimeoutError as fault:
            raise GLMError(Kind.LOST, message="timed out", after_submission=bought) from fault
        except httpx.HTTPError as fault:
            kind = kind_of_transport_fault(fault)
            words = f"{type(fault).__name__} {fault}".strip()
            raise GLMError(kind, message=words, after_submission=bought) from fault

    async def _exchange(self, request: httpx.Request, bought: bool) -> Answer:
        response = await self._http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            body = await read_bounded(response, ANSWER_LIMIT)
        finally:
            await response.aclose()
        # Should it quote the API key back, nobody is to read it in an error.
        quoted = self._api_key.secret.encode("ascii")
        payload = None if body is None else read_json_object(body.replace(quoted, b"***"))
        return Answer(response.status_code, payload, response.headers, bought)

    def _headers(self) -> dict[str, str]:
        secret = self._api_key.secret
        if not _FITS_A_HEADER.fullmatch(secret):
            raise GLMError(Kind.API_KEY_REFUSED, message="not sent: no API key looks like this")
        headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        if self._api_key.provider is Provider.ZAI:
            headers["Accept-Language"] = "en-US,en"  # without it the messages are in Chinese
        return headers


class _Body:
    """An order as JSON. It is asked for once the headers are out, and not before."""

    def __init__(self, order: ImageOrder, on_sending: Callable[[], None] | None) -> None:
        # ASCII with escapes, which also carries half a surrogate pair unharmed.
        self._content = json.dumps(order.fields()).encode("ascii")
        self._on_sending = on_sending

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Length": str(len(self._content))}

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._on_sending is not None:
            self._on_sending()
        yield self._content


def _in_path(task_id: str) -> str:
    return quote(task_id, safe="", errors="replace")


def _raise_for_error(answer: Answer) -> None:
    if answer.has_error or not 200 <= answer.status < 300 or answer.payload is None:
        raise answer.error()
