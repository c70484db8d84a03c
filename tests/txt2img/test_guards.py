"""Who may speak to the server, and what is refused before anything is ordered."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from glm_slackbot.engine.txt2img import guards
from glm_slackbot.engine.txt2img.guards import is_loopback
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import slow

from .conftest import Served, ServerStarter, until

BEARER = {"Authorization": "Bearer s3cret"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:5001"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:5001"},
        {"Host": "10.0.0.1"},
        {"Host": "localhost:5001@evil.example"},
        {"Host": ""},
    ],
)
@pytest.mark.parametrize("path", ["/ping", "/txt2img"])
async def test_a_page_in_a_browser_may_not_spend_money_nor_look(
    served: Served, glm: GLMStandIn, headers: dict[str, str], path: str
) -> None:
    method = "GET" if path == "/ping" else "POST"
    asked = {"prompt": "a fox"} if path == "/txt2img" else None
    answer = await served.program.request(method, path, json=asked, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not glm.requests


@pytest.mark.parametrize("host", ["localhost", "localhost:6001", "127.0.0.1", "[::1]:5001"])
async def test_this_machine_may_be_called_by_each_of_its_names(served: Served, host: str) -> None:
    assert (await served.program.get("/ping", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_only_json_is_taken_for_pages_send_the_rest_unasked(
    served: Served, glm: GLMStandIn, kind: str | None
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = await served.program.post("/txt2img", content=b'{"prompt": "a"}', headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert not glm.requests


async def test_a_preflight_is_refused(served: Served) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert (await served.program.options("/txt2img", headers=headers)).status_code == 403


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer s3cre", "Basic s3cret", "Bearer \xe9"]
)
@pytest.mark.parametrize("path", ["/ping", "/txt2img", "/elsewhere"])
async def test_with_a_token_nothing_is_answered_without_it(
    start: ServerStarter, glm: GLMStandIn, header: str | None, path: str
) -> None:
    sent = {} if header is None else {"Authorization": header.encode("latin-1")}
    async with start(token="s3cret") as served:
        answer = await served.program.post(path, json={"prompt": "a fox"}, headers=sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert not glm.requests


async def test_with_the_token_it_answers_by_any_name(start: ServerStarter) -> None:
    async with start(token="s3cret") as served:
        served.program.headers = BEARER | {"Host": "images.example"}
        assert (await served.program.get("/ping")).status_code == 200
        assert (await served.ask()).status_code == 200
        served.program.headers["Origin"] = "https://images.example"
        assert (await served.ask()).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "NOT_FOUND"),
        ("POST", "/sdapi/v1/txt2img", 404, "NOT_FOUND"),
        ("GET", "/txt2img", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/ping", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/txt2img", 405, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_wrong_paths_and_methods_are_told_in_json(
    served: Served, method: str, path: str, status: int, code: str
) -> None:
    answer = await served.program.request(method, path)
    told = answer.json()["error"]
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert ("Allow" in answer.headers) == (status == 405)


async def test_a_body_beyond_its_bound_is_not_read(served: Served, glm: GLMStandIn) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 1024

    headers = {"Content-Type": "application/json"}
    for body in (b" " * 70_000, endless()):
        answer = await served.program.post("/txt2img", content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert not glm.requests


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /txt2img HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n", b"408"),
        (b"POST /txt2img HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n", b"400"),
        (b"POST /txt2img HTTP/1.0\r\nContent-Length: 1\r\n", b"403"),
    ],
    ids=["late", "broken", "to nobody"],
)
async def test_what_is_hardly_http_is_answered_too(
    start: ServerStarter, sent: bytes, status: bytes
) -> None:
    async with start(reading_s=0.1) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(sent + b"Content-Type: application/json\r\n\r\n{")
        writer.write(b"\r\n" if b"chunked" in sent else b"")
        head = await reader.readuntil(b"\r\n")
        writer.close()
        await writer.wait_closed()
    assert head.split()[1] == status


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\r\n\r\n",
        b"GET /ping HTTP/1.1\r\n\r\n",
        b"GET /ping HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"POST /txt2img HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n{}",
        b"GET /ping HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
    ],
    ids=["words", "no host", "two hosts", "length", "long"],
)
async def test_what_is_no_http_is_told_so_in_json_and_not_quoted(
    served: Served, sent: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(sent)
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    assert b" 400 " in head
    assert b"Content-Type: application/json" in head
    told = json.loads(body)["error"]
    assert (told["code"], told["status"]) == ("INVALID_ARGUMENT", 400)
    assert told["message"].startswith("This is no HTTP request that could be read.")


async def test_who_goes_away_in_the_middle_of_the_body_is_no_bug_of_ours(
    start: ServerStarter, glm: GLMStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start() as served:
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"POST /txt2img HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n")
        writer.write(b"Content-Type: application/json\r\n\r\n{")
        await until(lambda: served.server._open)
        writer.close()
        await until(lambda: not served.server._open)
    assert "a request failed" not in capsys.readouterr().out
    assert not glm.requests


async def test_more_requests_than_it_takes_are_told_to_come_later(
    start: ServerStarter, glm: GLMStandIn
) -> None:
    glm.weather.next(slow(0.5))
    async with start(most_requests=1) as served:
        first = asyncio.create_task(served.ask())
        await until(lambda: glm.purchases)
        answer = await served.ask()
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "TOO_MANY_REQUESTS")
        assert answer.headers["Retry-After"] == "30"
        assert (await first).status_code == 200
    assert len(glm.purchases) == 1


async def test_a_bug_is_told_by_a_reference_that_is_in_the_log(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(type(served.server.studio), "make", None)
    status, code, words = await served.error()
    assert (status, code) == (500, "INTERNAL_ERROR")
    assert words.split("under ")[1].split(".")[0] in capsys.readouterr().out


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1"])
def test_loopback_is_what_leads_to_this_machine_alone(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "", "0", "::", "192.0.2.1"])
def test_all_interfaces_and_other_addresses_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_name_that_leads_elsewhere_too_is_not_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: Any, **__: Any) -> list[Any]:
        return [(0, 0, 0, "", ("127.0.0.1", 0)), (0, 0, 0, "", ("192.0.2.1", 0))]

    monkeypatch.setattr(guards.socket, "getaddrinfo", found)
    assert not is_loopback("both.example")
