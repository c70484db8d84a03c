"""The doctor: one line a check, what mends each failure, and nothing written or bought."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from doctoring import command, finding, findings, times_of

from glm_slackbot.app.doctor.examine import examine
from glm_slackbot.app.doctor.finding import Verdict, any_failed, failed, fine
from glm_slackbot.app.manifest import OPTIONAL_BOT_SCOPES
from glm_slackbot.app.network import Network
from glm_slackbot.sandbox import glm_weather, slack_weather
from glm_slackbot.sandbox.glm_weather import Reply
from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.world import World, world_settings

SECRET_API_KEY = "geheimgeheim.geheimgeheim"


# ---- all well


async def test_all_is_well_while_the_bot_serves(
    world: World, url: str, start_bot: Callable[..., Any]
) -> None:
    async with start_bot(database_url=url):
        found = await findings(world, world_settings(url))
    assert [(one.name, one.verdict) for one in found] == [
        (name, Verdict.FINE)
        for name in (
            "settings",
            "clock",
            "database",
            "slack",
            "scopes",
            "glm",
            "api keys",
            "worker",
        )
    ]
    assert world.glm.purchases == []


async def test_before_the_first_start_nothing_fails_and_no_file_is_made(
    world: World, url: str, tmp_path: Path
) -> None:
    found = await findings(world, world_settings(url))
    assert not any_failed(found)
    assert found[-1].verdict is Verdict.UNKNOWN
    assert times_of(tmp_path) == {}


async def test_after_the_bot_has_stopped_nothing_is_written(
    world: World, url: str, tmp_path: Path, start_bot: Callable[..., Any]
) -> None:
    async with start_bot(database_url=url):
        pass
    before = times_of(tmp_path)
    found = await findings(world, world_settings(url))
    assert not any_failed(found)
    assert "`glm-slackbot serve` starts it" in found[-1].words
    assert times_of(tmp_path) == before


async def test_socket_mode_is_tried(world: World, url: str) -> None:
    found = await finding(world, "socket", world_settings(url, socket_mode=True))
    assert found.verdict is Verdict.FINE


# ---- settings


async def test_a_mistake_is_a_line_and_the_rest_goes_on(world: World, url: str) -> None:
    found = await findings(world, world_settings(url), "PORT: no", "GLM_SLACKBOT_SIZE: no")
    assert [one.words for one in found[:2]] == ["PORT: no", "GLM_SLACKBOT_SIZE: no"]
    assert any_failed(found)
    assert not any_failed(found[2:])


# ---- Slack


async def test_a_missing_scope_is_named(world: World, url: str) -> None:
    world.slack.workspace.scopes -= {"files:write", "users:read"}
    found = await finding(world, "scopes", world_settings(url))
    assert found.words == "missing: files:write, users:read"
    assert "glm-slackbot manifest" in found.mend


async def test_optional_scopes_may_be_missing_and_this_is_said(world: World, url: str) -> None:
    assert "optional" in (await finding(world, "scopes", world_settings(url))).words
    world.slack.workspace.scopes |= set(OPTIONAL_BOT_SCOPES)
    assert "optional" not in (await finding(world, "scopes", world_settings(url))).words


async def test_a_token_that_slack_refuses_is_mended_on_slacks_page(world: World, url: str) -> None:
    found = await findings(world, world_settings(url, slack_bot_token="xoxb-revoked"))
    slack, scopes = found[3], found[4]
    assert (slack.verdict, scopes.verdict) == (Verdict.FAILED, Verdict.UNKNOWN)
    assert "invalid_auth" in slack.words
    assert "https://api.slack.com/apps" in slack.mend
    assert "xoxb-revoked" not in "".join(map(str, found))


async def test_without_a_token_slack_is_asked_for_its_clock_all_the_same(
    world: World, url: str
) -> None:
    found = await findings(world, world_settings(url, slack_bot_token=None, zhipu_api_key=None))
    assert found[1].words.startswith("agrees with Slack")
    assert found[3].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (slack_weather.html(), "somebody else answered for it (HTTP 502)"),
        (slack_weather.broken_json(), "somebody else answered for it (HTTP 200)"),
        (slack_weather.Trouble(200, "[1]"), "somebody else answered for it (HTTP 200)"),
        (slack_weather.drop(), "no answer (ServerDisconnectedError)"),
    ],
)
async def test_a_slack_that_cannot_be_reached_is_told(
    world: World, url: str, trouble: slack_weather.Trouble, said: str
) -> None:
    world.slack.weather.always("auth.test", trouble)
    found = await finding(world, "slack", world_settings(url))
    assert (found.verdict, found.words) == (Verdict.FAILED, f"slack.com: {said}")


async def test_a_token_whose_scopes_are_not_told_is_no_failure(world: World, url: str) -> None:
    world.slack.weather.always("auth.test", slack_weather.Trouble(200, '{"ok": true}'))
    assert (await finding(world, "scopes", world_settings(url))).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (slack_weather.error("missing_scope"), "missing_scope"),
        (slack_weather.html(), "HTTP 502"),
    ],
)
async def test_an_app_token_that_opens_nothing_is_told(
    world: World, url: str, trouble: slack_weather.Trouble, said: str
) -> None:
    world.slack.weather.always("apps.connections.open", trouble)
    found = await finding(world, "socket", world_settings(url, socket_mode=True))
    assert found.verdict is Verdict.FAILED
    assert said in found.words


# ---- the GLM API


async def test_a_refused_api_key_hints_at_the_other_host(world: World, url: str) -> None:
    world.glm.weather.next_poll(glm_weather.refusal("1000"))
    found = await finding(world, "glm", world_settings(url))
    assert found.verdict is Verdict.FAILED
    assert "open.bigmodel.cn does not accept ZHIPU_API_KEY" in found.words
    assert "ZAI_API_KEY" in found.mend


async def test_an_account_with_trouble_is_mended_in_its_console(world: World, url: str) -> None:
    world.glm.weather.next_poll(glm_weather.refusal("1112"))
    found = await finding(world, "glm", world_settings(url))
    assert found.verdict is Verdict.FAILED
    assert found.mend.startswith("look at the account at https://")


async def test_without_an_api_key_it_says_which_variables_there_are(world: World, url: str) -> None:
    found = await finding(world, "glm", world_settings(url, zhipu_api_key=None))
    assert found.verdict is Verdict.FAILED
    assert "ZHIPU_API_KEY" in found.mend
    assert "ZAI_API_KEY" in found.mend


async def test_two_api_keys_are_not_tried(world: World, url: str) -> None:
    settings = world_settings(url).model_copy(
        update={"zai_api_key": world_settings(url).zhipu_api_key}
    )
    assert (await finding(world, "glm", settings)).verdict is Verdict.UNKNOWN
    assert world.glm.requests == []


async def test_a_fault_of_the_provider_passes(world: World, url: str) -> None:
    world.glm.weather.next_poll(Reply(status=502, text="<html>"))
    found = await finding(world, "glm", world_settings(url))
    assert (found.verdict, found.mend) == (Verdict.FAILED, "try again in some minutes")


async def test_nobody_can_be_reached(world: World, url: str) -> None:
    async with StandInNetwork({"elsewhere.example": web.Application()}) as elsewhere:
        network = Network(lambda: elsewhere.httpx_transport, elsewhere.slack_connector)
        found = {one.name: one for one in await examine(world_settings(url), network=network)}
    assert "reach https://slack.com" in found["slack"].mend
    assert "reach https://open.bigmodel.cn" in found["glm"].mend
    assert found["clock"].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("name", "value"),
    [("SSL_CERT_FILE", "nowhere.pem"), ("HTTPS_PROXY", "gopher://proxy.example:1")],
)
async def test_a_connection_that_cannot_be_set_up_is_told(
    world: World, url: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    network = Network(slack_connector=world.network.slack_connector)
    (found,) = [
        one for one in await examine(world_settings(url), network=network) if one.name == "glm"
    ]
    assert found.verdict is Verdict.FAILED
    assert name in found.mend


# ---- the lines


def test_a_line_names_check_verdict_and_what_mends_it() -> None:
    assert str(fine("clock", "agrees")) == "ok   clock     agrees"
    assert str(failed("slack", "no", "do")) == "FAIL slack     no  → mend: do"


def test_a_line_is_one_line_whatever_a_workspace_is_called() -> None:
    assert str(fine("slack", "evil\n\x1b[2J")) == "ok   slack     evil  [2J"


def test_the_command_ends_with_1_if_anything_failed(tmp_path: Path) -> None:
    given = {"PORT": "many", "SLACK_BOT_TOKEN": "xoxb-geheim", "ZAI_API_KEY": SECRET_API_KEY}
    ended = command("doctor", tmp_path, given)
    verdicts = {line[5:14].strip(): line[:4].strip() for line in ended.stdout.splitlines()}
    assert ended.returncode == 1
    assert ended.stderr == ""
    assert verdicts == {
        "settings": "FAIL",
        "clock": "--",
        "database": "ok",
        "slack": "FAIL",
        "scopes": "--",
        "glm": "FAIL",
        "api keys": "--",
        "worker": "--",
    }
    assert "geheim" not in ended.stdout
    assert list(tmp_path.iterdir()) == []
