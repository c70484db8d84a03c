"""The stand-in's OAuth is as strict as Slack's."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from glm_slackbot.sandbox.slack_errors import SlackError, UsageError
from glm_slackbot.sandbox.slack_oauth import AUTHORIZE, TOKEN_SECONDS, OAuthServer
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn

from .conftest import Clock

REDIRECT = "https://bot.example.com/slack/oauth_redirect"
PROOF = "Basic " + base64.b64encode(b"1.2:geheim").decode()


@pytest.fixture
def place(clock: Clock) -> SlackStandIn:
    return SlackStandIn(clock=clock, team_id="T1")


@pytest.fixture
def oauth(clock: Clock) -> OAuthServer:
    return OAuthServer("1.2", "geheim", [REDIRECT], clock)


def page(**changes: str) -> str:
    query = {"client_id": "1.2", "scope": "commands", "redirect_uri": REDIRECT, "state": "s"}
    return f"{AUTHORIZE}?{urlencode(query | changes)}"


def code_of(oauth: OAuthServer, place: SlackStandIn) -> dict[str, Any]:
    back = parse_qs(urlsplit(oauth.approve(page(), [place], "U2")).query)
    assert back["state"] == ["s"]
    return {"code": back["code"][0], "redirect_uri": REDIRECT}


def refused(oauth: OAuthServer, args: dict[str, Any], proof: str = PROOF) -> str:
    with pytest.raises(SlackError) as told:
        oauth.access(args, proof)
    return told.value.error


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "9"},
        {"scope": ""},
        {"scope": "commands,admin"},
        {"user_scope": "chat:write"},
        {"redirect_uri": "https://elsewhere.example.com/"},
    ],
)
def test_a_mistaken_address_is_a_page_of_slacks(
    oauth: OAuthServer, place: SlackStandIn, changes: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        oauth.approve(page(**changes), [place], "U2")


def test_a_code_is_good_once_for_its_address_and_for_ten_minutes(
    oauth: OAuthServer, place: SlackStandIn, clock: Clock
) -> None:
    args = code_of(oauth, place)
    answer = oauth.access(args, PROOF)
    assert (answer["team"]["id"], answer["token_type"]) == ("T1", "bot")
    assert answer["access_token"] == place.workspace.bot_token
    assert refused(oauth, args) == "invalid_code"
    assert refused(oauth, code_of(oauth, place) | {"redirect_uri": None}) == "bad_redirect_uri"
    late = code_of(oauth, place)
    clock.now += 601
    assert refused(oauth, late) == "invalid_code"


def test_the_app_proves_who_it_is(oauth: OAuthServer, place: SlackStandIn) -> None:
    args = code_of(oauth, place)
    assert refused(oauth, args, "") == "invalid_client_id"
    assert refused(oauth, args, "Basic !") == "invalid_client_id"
    wrong = {"client_id": "1.2", "client_secret": "no"}
    assert refused(oauth, args | wrong, "") == "bad_client_secret"
    right = {"client_id": "1.2", "client_secret": "geheim"}
    assert oauth.access(args | right, "")["ok"]
    assert refused(oauth, args | {"grant_type": "password"}) == "invalid_grant_type"


def test_a_refresh_token_is_good_once_and_two_tokens_live_at_a_time(
    oauth: OAuthServer, place: SlackStandIn, clock: Clock
) -> None:
    oauth.rotates = True
    first = oauth.access(code_of(oauth, place), PROOF)
    assert first["expires_in"] == TOKEN_SECONDS
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = oauth.access(again, PROOF)
    assert refused(oauth, again) == "invalid_refresh_token"
    fault = place.workspace.token_fault
    assert fault(first["access_token"]) is fault(second["access_token"]) is None
    third = oauth.access({**again, "refresh_token": second["refresh_token"]}, PROOF)
    assert fault(first["access_token"]) == "token_revoked"
    clock.now += TOKEN_SECONDS
    assert fault(third["access_token"]) == "token_expired"
