"""Mistakes in settings: each in one line that names its variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from warm import run_warm

import glm_slackbot
from glm_slackbot.app.settings import Settings
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.app.settings_reading import (
    read_settings,
    read_settings_with_mistakes,
    settings_without_environment,
)
from glm_slackbot.storage.address import SqliteAddress

API_KEY = "abcdefgh12345678.ABCDEFGH12345678"
PACKAGE_FOLDER = str(Path(glm_slackbot.__file__).resolve().parents[1])


pytestmark = pytest.mark.usefixtures("nothing_set")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> object:
    def read_with(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return read_settings()

    return read_with


def lines_of(read: object, variables: Mapping[str, str]) -> list[str]:
    assert callable(read)
    with pytest.raises(SettingsError) as caught:
        read(**variables)
    return caught.value.lines


MISTAKES: dict[str, tuple[dict[str, str], str]] = {
    "both API keys": (
        {"ZHIPU_API_KEY": API_KEY, "ZAI_API_KEY": API_KEY},
        "ZHIPU_API_KEY and ZAI_API_KEY are both set",
    ),
    "an API key of no shape": ({"ZAI_API_KEY": "not a key"}, "ZAI_API_KEY does not look like"),
    "an API key without a dot": ({"ZHIPU_API_KEY": "abc"}, "ZHIPU_API_KEY does not look like"),
    "an admin by name": ({"GLM_SLACKBOT_ADMINS": "U1,ada"}, "GLM_SLACKBOT_ADMINS names 'ada'"),
    "a database of another kind": ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL is neither"),
    "a database in memory": ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL needs a file"),
    "SQLite on Heroku": ({"DYNO": "web.1"}, "DATABASE_URL is a SQLite file, which Heroku wipes"),
    "a port of words": ({"PORT": "http"}, "PORT: "),
    "a port beyond all": ({"PORT": "65536"}, "PORT: "),
    "a command without a slash": (
        {"GLM_SLACKBOT_COMMAND": "imagine"},
        "GLM_SLACKBOT_COMMAND: a command is a slash",
    ),
    "a command of two words": ({"GLM_SLACKBOT_COMMAND": "/a b"}, "GLM_SLACKBOT_COMMAND: "),
    "an unknown model": (
        {"GLM_SLACKBOT_MODEL": "dall-e"},
        "GLM_SLACKBOT_MODEL is 'dall-e'; it can be glm-image",
    ),
    "a model that the host lacks": (
        {"GLM_SLACKBOT_MODEL": "cogview-3-flash", "ZAI_API_KEY": API_KEY},
        "GLM_SLACKBOT_MODEL: ",
    ),
    "a size of words": ({"GLM_SLACKBOT_SIZE": "large"}, "GLM_SLACKBOT_SIZE: "),
    "a size too large": ({"GLM_SLACKBOT_SIZE": "4096x4096"}, "GLM_SLACKBOT_SIZE: "),
    "a size off the grid": ({"GLM_SLACKBOT_SIZE": "1000x1000"}, "GLM_SLACKBOT_SIZE: "),
    "a size and more": ({"GLM_SLACKBOT_SIZE": "1024x1024 a fox"}, "GLM_SLACKBOT_SIZE: "),
    "no concurrency": ({"GLM_SLACKBOT_MAX_CONCURRENCY": "0"}, "GLM_SLACKBOT_MAX_CONCURRENCY: "),
    "a quota below none": (
        {"GLM_SLACKBOT_USER_DAILY_IMAGES": "-1"},
        "GLM_SLACKBOT_USER_DAILY_IMAGES: ",
    ),
    "too many images": ({"GLM_SLACKBOT_MAX_IMAGES": "11"}, "GLM_SLACKBOT_MAX_IMAGES: "),
    "an unknown log format": ({"GLM_SLACKBOT_LOG_FORMAT": "xml"}, "GLM_SLACKBOT_LOG_FORMAT: "),
    "an unknown log level": ({"GLM_SLACKBOT_LOG_LEVEL": "LOUD"}, "GLM_SLACKBOT_LOG_LEVEL: "),
    "neither yes nor no": ({"GLM_SLACKBOT_ALLOW_SQLITE": "maybe"}, "GLM_SLACKBOT_ALLOW_SQLITE: "),
}


@pytest.mark.parametrize(("variables", "line"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_that_names_its_variable(
    read: object, variables: dict[str, str], line: str
) -> None:
    (told,) = lines_of(read, variables)
    assert told.startswith(line)
    assert "\n" not in told
    assert API_KEY not in told


def test_all_mistakes_are_told_at_once(read: object) -> None:
    told = lines_of(read, {"PORT": "x", "GLM_SLACKBOT_MODEL": "y", "ZAI_API_KEY": "z"})
    assert [line.split(":")[0].split(" ")[0] for line in told] == [
        "PORT",
        "ZAI_API_KEY",
        "GLM_SLACKBOT_MODEL",
    ]


def test_sqlite_on_heroku_can_be_insisted_on() -> None:
    settings = settings_without_environment(dyno="web.1", allow_sqlite=True)
    assert isinstance(settings.database_address, SqliteAddress)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]),
        ({"slack_bot_token": "xoxb-1"}, ["SLACK_SIGNING_SECRET"]),
        ({"slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}, []),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}, []),
        ({"slack_bot_token": "xoxp-1", "slack_signing_secret": "s"}, ["SLACK_BOT_TOKEN"]),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xoxb-1"}, ["SLACK_APP_TOKEN"]),
        ({"slack_bot_token": "xoxb-1 2", "slack_signing_secret": "s"}, ["SLACK_BOT_TOKEN"]),
    ],
)
def test_serve_needs_slacks_tokens(given: dict[str, str], named: list[str]) -> None:
    settings = settings_without_environment(**given)
    try:
        settings.check_can_serve()
        told = []
    except SettingsError as error:
        told = error.lines
    assert [line.split(" ")[0] for line in told] == named


def test_the_doctor_is_given_what_can_be_read_and_every_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("GLM_SLACKBOT_MODEL", "y")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
    settings, mistakes = read_settings_with_mistakes()
    assert [line[:16] for line in mistakes] == [
        "PORT: Input shou",
        "GLM_SLACKBOT_MOD",
        "SLACK_BOT_TOKEN ",
    ]
    assert settings.slack_signing_secret is not None


@pytest.mark.parametrize(
    "variables", [{}, {"PORT": "x"}, {"ZAI_API_KEY": API_KEY, "ZHIPU_API_KEY": API_KEY}]
)
def test_serve_ends_with_2_and_without_a_traceback(
    variables: dict[str, str], tmp_path: Path
) -> None:
    ended = run_warm(["serve"], {**os.environ, **variables}, tmp_path)
    assert ended.returncode == 2
    assert ended.stderr
    assert all(line.startswith("glm-slackbot: ") for line in ended.stderr.splitlines())
    assert API_KEY not in ended.stderr
    assert list(tmp_path.iterdir()) == []
