"""The code table and the money rule, walked row by row."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from string import Formatter

import httpx
import pytest

from glm_slackbot.glm import CODE_TABLE, DownloadKind, GLMError, GLMImageClient, ImageOrder, Kind
from glm_slackbot.glm.errors import _TRANSPORT_KINDS, kind_of_transport_fault, who_must_act
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_codes import STATUS_OF_CODE
from glm_slackbot.sandbox.glm_weather import (
    Plan,
    Reply,
    busy_without_code,
    error,
    error_in_200,
)

RESENT = {"1302", "1303", "1305"}
UNSURE = {"1200", "1230", "1234"}


async def failure_of(client: GLMImageClient, order: ImageOrder) -> GLMError:
    with pytest.raises(GLMError) as caught:
        await client.submit(order)
    return caught.value


def test_the_client_and_the_stand_in_know_the_same_codes() -> None:
    assert set(CODE_TABLE) == set(STATUS_OF_CODE)


@pytest.mark.parametrize("code", CODE_TABLE)
async def test_each_code_has_its_kind_and_follows_the_money_rule(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, code: str
) -> None:
    glm.weather.next(error(code))
    failure = await failure_of(client, order)
    assert (failure.kind, failure.code) == (CODE_TABLE[code], code)
    assert failure.safe_to_send_again is (code in RESENT)
    assert failure.may_have_billed is (code in UNSURE)
    assert failure.message


@pytest.mark.parametrize("plan", [error(1113), error_in_200("1113"), error(" 1113 ", 400)])
async def test_a_code_counts_as_a_number_and_whatever_the_status(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, plan: Plan
) -> None:
    glm.weather.next(plan)
    assert (await failure_of(client, order)).kind is Kind.BALANCE


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Kind.API_KEY_REFUSED),
        (403, Kind.API_KEY_REFUSED),
        (400, Kind.PARAMETER),
        (404, Kind.PARAMETER),
        (422, Kind.PARAMETER),
        (408, Kind.LOST),
        (429, Kind.BUSY),
        (500, Kind.FAULT),
        (503, Kind.FAULT),
        (200, Kind.FAULT),
    ],
)
async def test_an_unknown_code_goes_by_its_http_class_and_is_never_resent(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, status: int, kind: Kind
) -> None:
    glm.weather.next(error("9999", status))
    failure = await failure_of(client, order)
    assert failure.kind is kind
    assert not failure.safe_to_send_again


async def test_a_429_without_a_code_is_busy_and_may_be_sent_again(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(busy_without_code())
    failure = await failure_of(client, order)
    assert (failure.kind, failure.safe_to_send_again) == (Kind.BUSY, True)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": ["1302"], "message": 5}},
        {"error": {"code": True}},
        {"error": {"code": {"a": 1}}},
    ],
)
async def test_a_429_with_a_code_of_an_odd_type_is_not_resent(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, body: object
) -> None:
    glm.weather.next(Plan(reply=Reply(status=429, json=body), billed=False))
    assert not (await failure_of(client, order)).safe_to_send_again


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ({"code": 401, "msg": "令牌已过期", "success": False}, Kind.API_KEY_REFUSED, "令牌已过期"),
        ({"error": "something odd"}, Kind.FAULT, "something odd"),
        ({"error": {"code": "1301"}, "contentFilter": {"level": 1}}, Kind.POLICY, ""),
        ({"error": {"code": "1214", "message": "a\n b" + "c" * 999}}, Kind.PARAMETER, "a bccc"),
    ],
)
async def test_other_shapes_of_an_error_are_read_too(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, body: object, kind: Kind, words: str
) -> None:
    glm.weather.next(Plan(reply=Reply(status=500, json=body)))
    failure = await failure_of(client, order)
    assert failure.kind is kind
    assert failure.message.startswith(words)
    assert len(failure.message) <= 300


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("1e9", 120.0),
        ("-3", 0.0),
        ("nan", None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0.0),
        (None, None),
    ],
)
async def test_retry_after_is_honoured_and_bounded(
    client: GLMImageClient,
    glm: GLMStandIn,
    order: ImageOrder,
    header: str | None,
    seconds: float | None,
) -> None:
    glm.weather.next(error("1305", retry_after=header))
    assert (await failure_of(client, order)).retry_after == seconds


def _leaves(cls: type[Exception]) -> Iterator[type[Exception]]:
    below = cls.__subclasses__()
    for child in below:
        yield from _leaves(child)
    if not below:
        yield cls


@pytest.mark.parametrize("cls", sorted(set(_leaves(httpx.HTTPError)), key=lambda cls: cls.__name__))
def test_every_httpx_fault_has_a_kind(cls: type[httpx.HTTPError]) -> None:
    assert cls in {mapped for mapped, _ in _TRANSPORT_KINDS}


@pytest.mark.parametrize(
    "cls", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError]
)
def test_a_connection_that_never_stood_may_be_tried_again(cls: type[httpx.HTTPError]) -> None:
    assert kind_of_transport_fault(cls("no")) is Kind.UNREACHABLE


def test_a_fault_of_a_class_unknown_to_us_counts_as_lost() -> None:
    assert kind_of_transport_fault(httpx.HTTPError("new")) is Kind.LOST


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_and_download_kind_has_its_text_in_both_languages(kind: Kind) -> None:
    english, chinese = _texts("en"), _texts("zh")
    assert kind in english
    assert {f"image_{download_kind}" for download_kind in DownloadKind} <= set(english)
    assert set(english) == set(chinese)


def test_both_languages_have_the_same_placeholders() -> None:
    english, chinese = _texts("en"), _texts("zh")
    for key in english:
        assert _placeholders(english[key]) == _placeholders(chinese[key])


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("kind", [kind for kind in Kind if who_must_act(kind) == "admin"])
def test_a_text_for_admins_says_that_an_admin_must_act(kind: Kind) -> None:
    assert "An admin" in _texts("en")[kind]
    assert "管理员" in _texts("zh")[kind]


def test_a_refused_api_key_hints_at_the_other_host() -> None:
    for language in ("en", "zh"):
        assert "api.z.ai" in _texts(language)["api_key_refused"]


def test_the_user_is_told_what_only_the_user_can_change() -> None:
    assert {kind for kind in Kind if who_must_act(kind) == "user"} == {
        Kind.PARAMETER,
        Kind.PROMPT_TOO_LONG,
        Kind.POLICY,
        Kind.WITHHELD,
    }


def test_an_error_reads_well_in_a_log() -> None:
    assert str(GLMError(Kind.BALANCE, code="1113", message="empty")) == "balance: code 1113: empty"
    assert str(GLMError(Kind.LOST)) == "lost"


def _texts(language: str) -> dict[str, str]:
    file = resources.files("glm_slackbot.texts") / language / "glm.toml"
    return tomllib.loads(file.read_text("utf-8"))
