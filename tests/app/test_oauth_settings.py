"""Settings for many workspaces: what belongs together, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from glm_slackbot.app.settings import Settings
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.app.settings_reading import settings_without_environment
from glm_slackbot.storage.secret_box import new_encryption_key

API_KEY = "abcdefgh12345678.ABCDEFGH12345678"
OAUTH: dict[str, Any] = {
    "slack_client_id": "1.2",
    "slack_client_secret": "geheim",
    "public_url": "https://bot.example.com",
    "slack_signing_secret": "geheim",
}


def settings(**given: Any) -> Settings:
    return settings_without_environment(**{**OAUTH, **given})


def mistakes(**given: Any) -> list[str]:
    with pytest.raises(SettingsError) as told:
        settings(**given).check_can_serve()
    return told.value.lines


def test_with_all_three_and_no_token_it_serves_many() -> None:
    made = settings(public_url="https://Bot.example.com/")
    made.check_can_serve()
    assert made.is_oauth
    assert made.public_url == "https://bot.example.com"
    assert made.allowed_workspace_ids == frozenset()


def test_ids_stand_between_commas() -> None:
    made = settings(allowed_workspaces=" T01, E02 ,")
    assert made.allowed_workspace_ids == {"T01", "E02"}


def test_a_token_beside_it_is_a_mistake_in_one_line() -> None:
    (line,) = mistakes(slack_bot_token="xoxb-1")
    assert line.startswith("SLACK_BOT_TOKEN is set, and so are SLACK_CLIENT_ID, SLACK_CLIENT_SEC")
    assert not settings(slack_bot_token="xoxb-1").is_oauth


@pytest.mark.parametrize("name", ["slack_client_id", "slack_client_secret", "public_url"])
def test_what_lies_about_beside_a_token_is_no_mistake(name: str) -> None:
    made = settings(slack_bot_token="xoxb-1", **{name: None})
    made.check_can_serve()
    assert not made.is_oauth


def test_admins_are_named_with_their_workspace() -> None:
    (line,) = mistakes(admins="U2, T1:U1, U1")
    assert line.startswith("GLM_SLACKBOT_ADMINS names U1, U2 without a workspace")
    assert "T0123ABCD:U1" in line
    settings(admins="T1:U1,E1:U2").check_can_serve()


@pytest.mark.parametrize("name", ["slack_client_id", "slack_client_secret", "public_url"])
def test_what_is_missing_is_named(name: str) -> None:
    (line,) = mistakes(**{name: None})
    assert line.startswith(f"{name.upper()} " if name != "public_url" else "GLM_SLACKBOT_PUBLIC")
    assert "is not set" in line
    assert not settings(**{name: None}).is_oauth


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"public_url": "http://bot.example.com"}, "GLM_SLACKBOT_PUBLIC_URL: Slack sends to https"),
        ({"public_url": "https://bot.example.com/x"}, "GLM_SLACKBOT_PUBLIC_URL: give scheme and"),
        ({"allowed_workspaces": "T1,acme"}, "GLM_SLACKBOT_ALLOWED_WORKSPACES: 'acme' is no id"),
    ],
)
def test_a_value_that_cannot_be_used_is_told(given: dict[str, str], line: str) -> None:
    (told,) = mistakes(**given)
    assert told.startswith(line)


def test_postgresql_needs_an_encryption_key_and_the_line_makes_one() -> None:
    url = "postgresql://u:p@h/d"
    (line,) = mistakes(database_url=url)
    assert line.startswith("GLM_SLACKBOT_ENCRYPTION_KEY is not set")
    assert 'python -c "from cryptography.fernet import Fernet' in line
    settings(database_url=url, encryption_key=new_encryption_key()).check_can_serve()


def test_the_environments_api_key_is_shared_only_where_it_is_said() -> None:
    assert settings(zai_api_key=API_KEY).shared_api_key is None
    assert settings(zai_api_key=API_KEY, share_api_key=True).shared_api_key is not None
    one = {"slack_client_id": None, "slack_client_secret": None, "slack_bot_token": "xoxb-1"}
    assert settings(zai_api_key=API_KEY, **one).shared_api_key is not None
    assert settings(zai_api_key=API_KEY, share_api_key=False, **one).shared_api_key is None
