"""The manifest: what Slack is given to paste."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from glm_slackbot.app.manifest import (
    BOT_EVENTS,
    BOT_SCOPES,
    OPTIONAL_BOT_SCOPES,
    manifest_text,
)
from glm_slackbot.app.public_url import BadUrl, check_url
from glm_slackbot.app.web import EVENTS_PATH
from glm_slackbot.app.yaml_text import yaml_text
from glm_slackbot.cli import main
from glm_slackbot.sandbox.slack_core import SUBSCRIBED

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT.parent / "shared" / "facts" / "slack"

WAYS: dict[str, dict[str, Any]] = {
    "HTTP with a placeholder": {},
    "HTTP": {"url": "https://bot.example.com"},
    "Socket Mode": {"socket_mode": True},
    "another command": {"command": "/画图"},
    "many workspaces": {"url": "https://bot.example.com", "oauth": True},
    "many workspaces by Socket Mode": {
        "url": "https://bot.example.com",
        "socket_mode": True,
        "oauth": True,
    },
}


def facts(name: str) -> Any:
    path = FACTS / name
    if not path.exists():
        pytest.skip(f"Slack's data are not beside this repository: no {name}")
    return json.loads(path.read_text("utf-8"))


def printed(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["manifest", *arguments])


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_slack_takes_it(way: dict[str, Any]) -> None:
    schema = facts("manifest.schema.json")
    jsonschema.validate(yaml.safe_load(manifest_text(**way)), schema)


def test_the_file_in_the_repository_is_the_output() -> None:
    file = ROOT / "manifest.yml"
    assert file.read_text("utf-8") == printed().output


def test_without_an_address_it_says_that_one_must_be_filled_in() -> None:
    assert "https://your-host.example stands for your bot's own address" in manifest_text()
    assert "your-host" not in manifest_text(url="https://bot.example.com")


def test_an_address_is_where_all_three_kinds_of_payload_go() -> None:
    manifest = yaml.safe_load(printed("--url", "https://bot.example.com/").output)
    asked = "https://bot.example.com" + EVENTS_PATH
    assert manifest["features"]["slash_commands"][0]["url"] == asked
    assert manifest["settings"]["interactivity"]["request_url"] == asked
    assert manifest["settings"]["event_subscriptions"]["request_url"] == asked
    assert manifest["settings"]["socket_mode_enabled"] is False


def test_socket_mode_has_no_address() -> None:
    output = printed("--socket").output
    assert yaml.safe_load(output)["settings"]["socket_mode_enabled"] is True
    assert "url:" not in output


def test_many_workspaces_need_a_redirect_url_and_tokens_that_are_renewed() -> None:
    output = printed("--oauth", "--socket", "--url", "https://bot.example.com").output
    manifest = yaml.safe_load(output)
    redirects = ["https://bot.example.com/slack/oauth_redirect"]
    assert manifest["oauth_config"]["redirect_urls"] == redirects
    assert manifest["settings"]["org_deploy_enabled"] is True
    assert manifest["settings"]["token_rotation_enabled"] is True
    assert "request_url" not in output
    assert "redirect_urls" not in manifest_text()
    assert "your-host.example stands for" in printed("--oauth", "--socket").output


def test_the_command_can_have_another_name() -> None:
    manifest = yaml.safe_load(printed("--command", "/draw").output)
    assert manifest["features"]["slash_commands"][0]["command"] == "/draw"


def test_people_can_write_to_the_bot_and_mentions_come_as_names() -> None:
    features = yaml.safe_load(manifest_text())["features"]
    assert features["app_home"]["messages_tab_enabled"] is True
    assert features["app_home"]["messages_tab_read_only_enabled"] is False
    assert features["slash_commands"][0]["should_escape"] is False


def test_names_are_within_slacks_limits() -> None:
    shown = yaml.safe_load(manifest_text())["display_information"]
    assert shown["name"] == "GLM-Image"
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000


def test_the_stand_in_sends_exactly_these_events() -> None:
    assert {event.partition(".")[0] for event in BOT_EVENTS} == set(SUBSCRIBED)


@pytest.mark.parametrize(
    "method",
    [
        "chat.delete",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.update",
        "conversations.info",
        "conversations.open",
        "conversations.replies",
        "files.completeUploadExternal",
        "files.delete",
        "files.getUploadURLExternal",
        "files.info",
        "users.info",
    ],
)
def test_every_method_that_is_called_has_a_scope(method: str) -> None:
    known = {scope["name"] for scope in facts(f"methods/{method}.json")["scopes"]["bot"]}
    assert known & {*BOT_SCOPES, *OPTIONAL_BOT_SCOPES}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://bot.example.com", "https only"),
        ("bot.example.com", "https only"),
        ("https://", "no public host"),
        ("https://localhost", "no public host"),
        ("https://bot .example.com", "no public host"),
        ("https://[::1]", "no public host"),
        ("https://机器人.example.com", "no public host"),
        ("https://bot.example.com/slack/events", "scheme and host only"),
        ("https://bot.example.com?x=1", "scheme and host only"),
        ("https://me:word@bot.example.com", "scheme and host only"),
        ("https://bot.example.com:port", "cannot be read"),
    ],
)
def test_an_address_that_slack_could_not_use_is_told_in_a_sentence(url: str, why: str) -> None:
    with pytest.raises(BadUrl, match=why):
        check_url(url)
    result = printed("--url", url)
    assert result.exit_code == 2
    assert why in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--command", "imagine"),
        ("--command", "/two words"),
        ("--command", "/"),
        ("--command", "/" + "x" * 32),
        ("--command", "/a\x00"),
        ("--socket", "--url", "https://bot.example.com"),
    ],
)
def test_other_mistakes_are_told_as_well(arguments: tuple[str, ...]) -> None:
    result = printed(*arguments)
    assert result.exit_code == 2
    assert result.output.strip().splitlines()[-1].startswith("Error: Invalid value")


@pytest.mark.parametrize(
    "tree",
    [
        {"a": "on", "b": "null", "c": "12", "d": "x: y", "e": "# no", "f": "", "g": "a "},
        {"a": True, "b": ["1.5", "~", "- x"], "c": {"d": {"e": False}}},
        {"items": [{"first": "1", "second": "two words", "third": ["x"]}]},
        {"a": "one\n\ntwo\nthree", "b": '"quoted" \\ and é 画'},
    ],
)
def test_a_reader_of_yaml_reads_what_was_written(tree: dict[str, Any]) -> None:
    assert yaml.safe_load(yaml_text(tree)) == tree


def test_where_the_settings_are_for_many_workspaces_so_is_the_manifest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "geheim")
    monkeypatch.setenv("GLM_SLACKBOT_PUBLIC_URL", "https://bot.example.com")
    assert printed().output == printed("--oauth", "--url", "https://bot.example.com").output
    assert "redirect_urls" not in printed("--no-oauth", "--url", "https://bot.example.com").output
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert "redirect_urls" not in printed().output
