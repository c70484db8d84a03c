"""Which installation a payload speaks of: Slack says it in three ways."""

from __future__ import annotations

from typing import Any

import pytest

from glm_slackbot.domain.job import OriginKind
from glm_slackbot.listeners.payloads import (
    command_origin,
    is_org_wide,
    message_origin,
    press_of,
    team_of,
)

EVENT = {"user": "U1", "channel": "C1", "ts": "1.0", "team": "T9"}
OF_ORG = {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}
OF_TEAM = {"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": False}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"is_enterprise_install": "true"}, True),
        ({"is_enterprise_install": "false"}, False),
        ({"is_enterprise_install": True}, True),
        ({"is_enterprise_install": False}, False),
        ({"authorizations": [OF_ORG]}, True),
        ({"authorizations": [OF_TEAM], "is_enterprise_install": True}, False),
        ({"authorizations": [], "is_enterprise_install": True}, True),
        ({"authorizations": None}, False),
        ({}, False),
    ],
)
def test_org_wide_is_a_string_a_boolean_or_in_the_authorizations(
    body: dict[str, Any], expected: bool
) -> None:
    assert is_org_wide(body) is expected


def test_an_event_belongs_to_the_workspace_that_installed_the_app() -> None:
    """In a channel shared with others Slack may name the event by their workspace."""
    body = {"team_id": "T9", "authorizations": [OF_TEAM], "event": EVENT}
    origin = message_origin(body, OriginKind.MENTION)
    assert (origin.team_id, origin.enterprise_id, origin.workspace_id) == ("T1", "E1", "T1")


def test_an_org_wide_event_belongs_to_the_organisation() -> None:
    body = {"team_id": "T3", "authorizations": [OF_ORG], "event": EVENT}
    origin = message_origin(body, OriginKind.MENTION)
    assert (origin.team_id, origin.workspace_id) == ("T3", "E1")
    assert team_of({}) == ""


def test_a_command_and_a_press_do_too() -> None:
    command = {
        "team_id": "T3",
        "enterprise_id": "E1",
        "user_id": "U1",
        "channel_id": "C1",
        "trigger_id": "1",
        "is_enterprise_install": "true",
    }
    assert command_origin(command).workspace_id == "E1"
    press = {
        "team": {"id": "T3"},
        "enterprise": {"id": "E1"},
        "user": {"id": "U1"},
        "actions": [{"action_id": "glm_slackbot.again"}],
        "is_enterprise_install": True,
    }
    assert press_of(press).origin().workspace_id == "E1"
