"""Bytes go up: streamed, without credentials, and again where that may help."""

from __future__ import annotations

import hashlib

import httpx
import pytest
from proxying import refusing_proxy

from glm_slackbot.domain.errors import SetupError, UpstreamError
from glm_slackbot.domain.size import Size
from glm_slackbot.glm.http import open_http
from glm_slackbot.glm.spool import inspect_image
from glm_slackbot.sandbox import slack_weather as weather
from glm_slackbot.sandbox.placeholder import draw_placeholder
from glm_slackbot.slack.upload import PAUSES_S, PIECE, upload_file

SIZE = Size(512, 512)


@pytest.fixture
def job(floor):
    return floor.job(floor.command())


@pytest.fixture
def send(floor, job):
    async def send() -> str:
        return await floor.delivery.upload(job, job.images[0], floor.spooled)

    return send


async def test_the_bytes_arrive_whole_under_a_plain_name(floor, send):
    file = floor.slack.workspace.files[await send()]
    assert file.sha256 == hashlib.sha256(floor.spooled.path.read_bytes()).hexdigest()
    assert file.name == "glm-image-J1-1.png"


async def test_no_alt_txt_is_sent(floor, send):
    await send()
    (call,) = floor.slack.calls("files.getUploadURLExternal")
    assert set(call.args) == {"filename", "length"}


async def test_nobody_sees_an_uploaded_file(floor, send):
    await send()
    await floor.slack.settle()
    assert floor.slack.everything_sent() == []


@pytest.mark.parametrize(
    "trouble", [weather.drop(), weather.status(503), weather.status(429), weather.html(502)]
)
async def test_a_passing_fault_is_tried_again_with_a_new_ticket(floor, send, trouble):
    floor.slack.weather.next("upload", trouble)
    file_id = await send()
    assert len(floor.slack.calls("files.getUploadURLExternal")) == 2
    assert [received.file_id for received in floor.slack.uploads.received] == [file_id]


async def test_the_pause_that_a_full_upload_host_asks_for_is_kept(floor, send):
    floor.slack.weather.next("upload", weather.Trouble(429, headers={"Retry-After": "7"}))
    before = floor.clock.seconds
    await send()
    assert floor.clock.seconds - before == 7


async def test_a_longer_pause_is_left_to_the_caller(floor, send):
    floor.slack.weather.next("upload", weather.Trouble(429, headers={"Retry-After": "60"}))
    with pytest.raises(UpstreamError) as fault:
        await send()
    assert fault.value.params == {"retry_after": 60.0}


async def test_tries_are_bounded(floor, send):
    floor.slack.weather.always("upload", weather.status(500))
    with pytest.raises(UpstreamError) as fault:
        await send()
    assert fault.value.text_id == "slack.unreachable"
    assert len(floor.slack.calls("files.getUploadURLExternal")) == 1 + len(PAUSES_S)


async def test_a_refused_body_is_not_tried_again(floor, send):
    floor.slack.weather.next("upload", weather.status(413))
    with pytest.raises(UpstreamError) as fault:
        await send()
    assert fault.value.text_id == "slack.delivery_failed"
    assert len(floor.slack.calls("files.getUploadURLExternal")) == 1


@pytest.mark.parametrize(
    ("code", "text_id"),
    [
        ("file_uploads_disabled", "setup.uploads_disabled"),
        ("storage_limit_reached", "setup.storage_full"),
        ("file_upload_size_restricted", "setup.file_too_large_for_slack"),
    ],
)
async def test_a_workspace_that_takes_no_files_is_told_why(floor, send, code, text_id):
    floor.slack.weather.next("files.getUploadURLExternal", weather.error(code))
    with pytest.raises(SetupError) as refusal:
        await send()
    assert refusal.value.text_id == text_id


class Recorder(httpx.AsyncBaseTransport):
    """Reads a request to its end, and answers what it is told to."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.requests: list[httpx.Request] = []
        self.pieces: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        async for piece in request.stream:
            self.pieces.append(len(piece))
        return httpx.Response(self.status, headers={"location": "https://elsewhere.example/"})


async def upload_by(floor, recorder: Recorder) -> str:
    session = httpx.AsyncClient(
        transport=recorder,
        headers={"Authorization": "Bearer key"},
        cookies={"a": "b"},
        auth=("u", "p"),
    )
    async with session:
        return await upload_file(floor.client, session, floor.spooled, "a.png")


async def test_the_body_goes_in_pieces_and_carries_nothing_of_the_sessions_headers(floor):
    floor.spooled.path.write_bytes(draw_placeholder("a fox", SIZE, byte_count=3 * PIECE))
    floor.spooled = inspect_image(floor.spooled.path)
    recorder = Recorder()
    await upload_by(floor, recorder)
    (request,) = recorder.requests
    assert set(request.headers) == {"host", "content-type", "content-length"}
    assert sum(recorder.pieces) == floor.spooled.byte_count
    assert max(recorder.pieces) == PIECE


async def test_the_address_stands_in_no_log(floor, caplog):
    caplog.set_level(0)
    await upload_by(floor, Recorder())
    assert "files.slack.com" in caplog.text
    assert "upload/v1" not in caplog.text


async def test_a_proxy_is_asked_for_the_host_alone(floor, monkeypatch, caplog):
    caplog.set_level(0)
    async with refusing_proxy(monkeypatch) as asked, open_http() as http:
        with pytest.raises(UpstreamError, match="unreachable"):
            await upload_file(floor.client, http, floor.spooled, "a.png", sleep=floor.clock.sleep)
    assert set(asked) == {b"CONNECT files.slack.com:443 HTTP/1.1"}
    assert "upload/v1" not in caplog.text


async def test_the_wire_gets_the_whole_address(floor):
    recorder = Recorder()
    await upload_by(floor, recorder)
    (request,) = recorder.requests
    assert request.url.raw_path.startswith(b"/upload/v1/")
    assert "target" not in request.extensions


async def test_a_redirect_is_not_followed(floor):
    recorder = Recorder(302)
    with pytest.raises(UpstreamError):
        await upload_by(floor, recorder)
    assert len(recorder.requests) == 1


@pytest.mark.parametrize(
    "ticket",
    [
        '"upload_url": "http://a.example/", "file_id": "F1"',
        '"upload_url": "https://a b:c/", "file_id": "F1"',
        '"upload_url": null, "file_id": "F1"',
        '"file_id": "F1"',
        '"upload_url": "https://files.slack.com/upload/v1/a"',
    ],
)
async def test_a_ticket_without_an_https_address_or_an_id_is_refused(floor, ticket):
    answer = weather.Trouble(200, '{"ok": true, ' + ticket + "}")
    floor.slack.weather.next("files.getUploadURLExternal", answer)
    recorder = Recorder()
    with pytest.raises(UpstreamError):
        await upload_by(floor, recorder)
    assert recorder.requests == []
