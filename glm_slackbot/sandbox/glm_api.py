"""A stand-in for the GLM API: both its hosts and the image hosts, strict where the real one is.

Which host is meant is read from the Host header, so one port serves all. It keeps what it saw
(``requests``) and what the real one would have billed (``purchases``).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.size import Size
from glm_slackbot.sandbox.glm_image_host import (
    HOST_OF_PROVIDER,
    IMAGE_HOSTS,
    ImageHost,
    StoredImage,
)
from glm_slackbot.sandbox.glm_replies import answer_with, refused_answer
from glm_slackbot.sandbox.glm_rules import Refused, check_authorization, read_order
from glm_slackbot.sandbox.glm_weather import Plan, Reply, Weather

API_ROOT: Final = "/api/paas/v4"
TEST_API_KEYS: Final[Mapping[Provider, str]] = {
    Provider.BIGMODEL: "sandboxbigmodel.0123456789abcdef",
    Provider.ZAI: "sandboxzai.0123456789abcdef",
}
_PROVIDER_OF_HOST: Final = {provider.host: provider for provider in Provider}
_NO_ROUTE: Final = Reply(status=404, json={"code": 500, "msg": "404 NOT_FOUND", "success": False})


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the real provider would have billed."""

    provider: Provider
    model: str
    prompt: str
    size: Size
    user_id: str | None
    request_id: str | None
    task_id: str


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as it arrived; header names are in lower case."""

    method: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class _Task:
    """A generation under way; done_at by the monotonic clock."""

    purchase: Purchase
    plan: Plan
    done_at: float
    polls: int = 0
    url: str | None = None


@dataclass
class GLMStandIn:
    """State and rules of the stand-in; ``web_app()`` is what answers."""

    api_keys: Mapping[Provider, str] = field(default_factory=lambda: TEST_API_KEYS)
    more_image_hosts: frozenset[str] = frozenset()
    image_host: str | None = None
    weather: Weather = field(default_factory=Weather)
    purchases: list[Purchase] = field(default_factory=list)
    requests: list[SeenRequest] = field(default_factory=list)
    most_in_flight: int = 0

    def __post_init__(self) -> None:
        self._tasks: dict[str, _Task] = {}
        self._in_flight: dict[str, float] = {}
        self._images = ImageHost(secrets.token_bytes(16))

    @property
    def hosts(self) -> frozenset[str]:
        """Every name that should lead here."""
        return IMAGE_HOSTS | self.more_image_hosts | frozenset(_PROVIDER_OF_HOST)

    @property
    def in_flight(self) -> int:
        """Generations that are not done at this moment."""
        now = time.monotonic()
        self._in_flight = {name: end for name, end in self._in_flight.items() if end > now}
        return len(self._in_flight)

    def web_app(self) -> web.Application:
        """The application that serves all hosts."""
        app = web.Application(client_max_size=2**20)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0]
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        self.requests.append(
            SeenRequest(request.method, host, request.path, request.query_string, headers, body)
        )
        if provider := _PROVIDER_OF_HOST.get(host):
            return await self._answer_api(request, provider, body)
        if host in self.hosts:
            return await self._images.answer(request)
        return web.Response(status=421, text=f"no host {host} here")

    async def _answer_api(
        self, request: web.Request, provider: Provider, body: bytes
    ) -> web.StreamResponse:
        path = request.path.removeprefix(API_ROOT)
        try:
            check_authorization(request.headers.get("Authorization"), self.api_keys[provider])
            if request.method == "GET" and path.startswith("/async-result/"):
                return self._poll(request, provider, path.removeprefix("/async-result/"))
            if request.method == "POST" and path == "/images/generations":
                return await self._generate(request, provider, path, body)
            if request.method == "POST" and path == "/async/images/generations":
                return await self._submit(request, provider, path, body)
        except Refused as refused:
            return refused_answer(refused, request)
        return answer_with(_NO_ROUTE, request)

    async def _generate(
        self, request: web.Request, provider: Provider, path: str, body: bytes
    ) -> web.Response:
        task, reply = self._begin(request, provider, path, body)
        if reply is not None:
            return answer_with(reply, request)
        await asyncio.sleep(task.plan.seconds or 0)
        answer = {**_frame(task), "created": int(time.time()), "data": self._made(task)}
        return web.json_response(answer | _filter(task.plan))

    async def _submit(
        self, request: web.Request, provider: Provider, path: str, body: bytes
    ) -> web.Response:
        await asyncio.sleep(self.weather.submit_seconds)
        task, reply = self._begin(request, provider, path, body)
        if reply is not None:
            return answer_with(reply, request)
        self._tasks[task.purchase.task_id] = task
        return web.json_response({**_frame(task), "task_status": "PROCESSING"})

    def _begin(
        self, request: web.Request, provider: Provider, path: str, body: bytes
    ) -> tuple[_Task, Reply | None]:
        """Check and perhaps bill; the reply, if any, goes out instead of the usual answer."""
        order = read_order(body, request.content_type, provider, path)
        if order.get("watermark_enabled") is False and not self._may_drop_watermark:
            raise Refused("1214", "watermark_enabled needs the signed disclaimer")
        if self.weather.concurrency is not None and self.in_flight >= self.weather.concurrency:
            raise Refused("1302")
        plan = self.weather.take()
        task = _Task(_purchase(provider, order), plan, time.monotonic() + (plan.seconds or 0))
        if plan.reply is None or plan.billed:
            self._bill(task)
        return task, plan.reply

    @property
    def _may_drop_watermark(self) -> bool:
        return self.weather.watermark_disclaimer_signed

    def _bill(self, task: _Task) -> None:
        self.purchases.append(task.purchase)
        self._in_flight[task.purchase.task_id] = task.done_at
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def _poll(self, request: web.Request, provider: Provider, task_id: str) -> web.Response:
        if self.weather.polls:
            return answer_with(self.weather.polls.popleft(), request)
        task = self._tasks.get(task_id)
        if task is None or task.purchase.provider is not provider:
            raise Refused("1214", "the task does not exist")
        task.polls += 1
        if task.polls <= len(task.plan.polls):
            return answer_with(task.plan.polls[task.polls - 1], request)
        done = time.monotonic() >= task.done_at
        status = task.plan.task_status if done else "PROCESSING"
        return web.json_response({**_frame(task), **self._outcome(task, status)})

    def _outcome(self, task: _Task, status: str) -> dict[str, Any]:
        outcome: dict[str, Any] = {"task_status": status}
        if status == "FAIL" and task.plan.task_error is not None:
            code, message = task.plan.task_error
            outcome["error"] = {"code": code, "message": message}
        if status == "SUCCESS":
            images = self._made(task)
            outcome["image_result"] = images[0] if task.plan.one_object and images else images
            # Not documented for polls, so that it is there only where it says something.
            outcome |= {} if task.plan.filter_level == 3 else _filter(task.plan)
        return outcome

    def _made(self, task: _Task) -> list[dict[str, str]]:
        if not task.plan.has_url:
            return []
        if task.url is None:
            bought = task.purchase
            host = self.image_host or HOST_OF_PROVIDER[bought.provider]
            image = StoredImage(bought.prompt, bought.size, task.plan, self.weather.byte_count)
            task.url = self._images.store(bought.task_id, host, image)
        return [{"url": task.url}]


def _purchase(provider: Provider, order: Mapping[str, Any]) -> Purchase:
    return Purchase(
        provider=provider,
        model=order["model"],
        prompt=order["prompt"],
        size=order["size"],
        user_id=order.get("user_id"),
        request_id=order.get("request_id"),
        task_id=f"{secrets.randbits(62)}-{secrets.token_hex(4)}",
    )


def _frame(task: _Task) -> dict[str, Any]:
    bought = task.purchase
    request_id = bought.request_id or bought.task_id
    return {"id": bought.task_id, "request_id": request_id, "model": bought.model}


def _filter(plan: Plan) -> dict[str, Any]:
    if plan.filter_level is None:
        return {}
    return {"content_filter": [{"role": "assistant", "level": plan.filter_level}]}
