"""The front door: signed payloads whose parts are of another kind than Slack's."""

from __future__ import annotations

from typing import Any

import pytest

from .knocking import COMMAND, PRESS, Door, event, form, interaction

MENTION = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.2", "text": "fox"}
ODD: tuple[Any, ...] = (5, True, ["x"], "a\0b", "\ud800")


def mention(**fields: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T1", "event": MENTION} | fields


@pytest.mark.parametrize("odd", ODD, ids=ascii)
@pytest.mark.parametrize("name", ["user", "channel", "ts", "thread_ts", "team", "enterprise"])
async def test_an_event_with_an_id_of_another_kind_is_refused(
    door: Door, name: str, odd: Any
) -> None:
    answer = await door.knock(event(mention(event=MENTION | {name: odd})), kind="application/json")
    assert (answer.status, door.refused) == (400, [f"{name} of another kind"])


@pytest.mark.parametrize("odd", [*ODD, {"a": 1}], ids=ascii)
@pytest.mark.parametrize("name", ["team_id", "enterprise_id", "authorizations", "response_urls"])
async def test_an_envelope_of_another_kind_is_refused(door: Door, name: str, odd: Any) -> None:
    answer = await door.knock(event(mention(**{name: odd})), kind="application/json")
    assert (answer.status, door.refused) == (400, [f"{name} of another kind"])


@pytest.mark.parametrize("odd", [5, True, ["x"], {"a": 1}], ids=ascii)
async def test_words_that_are_no_text_are_refused(door: Door, odd: Any) -> None:
    answer = await door.knock(
        event(mention(event=MENTION | {"text": odd})), kind="application/json"
    )
    assert (answer.status, door.refused) == (400, ["text of another kind"])


@pytest.mark.parametrize("odd", ODD, ids=ascii)
@pytest.mark.parametrize("name", ["team", "enterprise", "channel", "container", "message", "view"])
async def test_a_press_with_parts_that_are_no_objects_is_refused(
    door: Door, name: str, odd: Any
) -> None:
    answer = await door.knock(interaction(PRESS | {name: odd}))
    assert (answer.status, door.refused) == (400, [f"{name} of another kind"])


@pytest.mark.parametrize("odd", [*ODD, {"a": 1}], ids=ascii)
@pytest.mark.parametrize("name", ["action_id", "block_id", "value"])
async def test_an_action_of_another_kind_is_refused(door: Door, name: str, odd: Any) -> None:
    action = {"action_id": "x"} | {name: odd}
    answer = await door.knock(interaction(PRESS | {"actions": [action]}))
    assert (answer.status, door.refused) == (400, [f"{name} of another kind"])


@pytest.mark.parametrize("name", ["user_id", "channel_id", "team_id", "trigger_id"])
async def test_a_command_with_a_nul_in_an_id_is_refused(door: Door, name: str) -> None:
    answer = await door.knock(form(**(COMMAND | {name: "a\0b"})))
    assert (answer.status, door.refused) == (400, [f"{name} of another kind"])


async def test_null_is_as_good_as_absent(door: Door) -> None:
    nothing = dict.fromkeys(("enterprise_id", "authorizations", "team"))
    event_of_it = MENTION | {"text": None, "thread_ts": None}
    answer = await door.knock(event(mention(event=event_of_it, **nothing)), kind="application/json")
    assert answer.status == 200
    answer = await door.knock(interaction(PRESS | dict.fromkeys(("team", "message", "container"))))
    assert answer.status == 200


async def test_an_event_on_a_whole_person_comes_in(door: Door) -> None:
    joined = {"type": "team_join", "user": {"id": "U1", "name": "amy"}}
    answer = await door.knock(event(mention(event=joined)), kind="application/json")
    assert answer.status == 200
