"""The provider's error table, walked through the whole bot: told, charged or given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.glm.errors import CODE_TABLE
from glm_slackbot.sandbox.glm_codes import words_of_code
from glm_slackbot.sandbox.glm_weather import Plan, Reply, error, error_in_200, html, refusal
from glm_slackbot.sandbox.world import World

from .ledger import End, cards, end_of_last, last_job

ADMIN, USER = True, False

BY_TEXT: Mapping[str, tuple[str, bool]] = {
    "glm.api_key_refused": ("1000 1001 1002 1003 1004 401", ADMIN),
    "glm.two_factor": ("1005", ADMIN),
    "glm.account": ("1110 1111 1112 1120 1121", ADMIN),
    "glm.balance": ("1113", ADMIN),
    "glm.plan": ("1304 1308 1309 1310 1311 1314 1315 1316 1317 1318 1319 1320 1321", ADMIN),
    "glm.fair_use": ("1313", ADMIN),
    "glm.model_missing": ("1211 1212 1221 1222", ADMIN),
    "glm.permission": ("1220", ADMIN),
    "glm.parameter": ("1210 1213 1214 1215", USER),
    "glm.prompt_too_long": ("1261", USER),
}
NOTHING_BOUGHT = {
    code: End("failed", text_id, in_quota=0, paid=0, try_again=may_help)
    for text_id, (codes, may_help) in BY_TEXT.items()
    for code in codes.split()
}
REFUSED = {
    code: End("refused", "glm.policy", in_quota=0, paid=0, try_again=False)
    for code in ("1300", "1301")
}
UNKNOWN = {
    code: End("unsure", "glm.fault", in_quota=1, paid=1, try_again=True)
    for code in ("1200", "1230", "1234")
}
BUSY = {"1302", "1303", "1305"}
TABLE = NOTHING_BOUGHT | REFUSED | UNKNOWN


def test_the_table_here_has_every_code_of_the_client() -> None:
    assert set(TABLE) | BUSY == set(CODE_TABLE)


async def _ask(world: World, bot: Bot, plan: Plan, flags: str = "") -> End:
    world.glm.weather.next(plan)
    await world.slack.command(f"a fox {flags}", user="U1", channel="C1")
    return await end_of_last(world, bot)


@pytest.mark.parametrize("flags", ["", "--model cogview-4"], ids=["submit", "generate"])
async def test_each_code_of_a_purchase_is_told_and_given_back_or_counted(
    world: World, bot: Bot, flags: str
) -> None:
    ends = {code: await _ask(world, bot, error(code), flags) for code in TABLE}
    assert ends == TABLE
    assert world.glm.purchases == []


async def test_each_code_of_a_poll_is_unsure_but_for_the_providers_own_faults(
    world: World, bot: Bot
) -> None:
    ends, policy = {}, {"1300", "1301"}
    for code in sorted(set(TABLE) - set(UNKNOWN)):
        world.glm.weather.next_poll(refusal(code))
        ends[code] = await _ask(world, bot, Plan())
    failed = End("failed", "glm.policy", in_quota=0, paid=1, try_again=False)
    unsure = End("unsure", "unsure.poll_refused", in_quota=1, paid=1, try_again=True)
    assert ends == {code: failed if code in policy else unsure for code in ends}
    assert len(world.glm.purchases) == len(ends)


@pytest.mark.parametrize("code", ["1200", "1302", "1305"])
async def test_a_poll_that_fails_in_passing_is_repeated(world: World, bot: Bot, code: str) -> None:
    world.glm.weather.next_poll(refusal(code), Reply(status=502, text="<html>"), Reply(drop=True))
    assert (await _ask(world, bot, Plan())).status == "delivered"
    assert len(world.glm.purchases) == 1


async def test_codes_come_as_numbers_and_in_a_200_too(world: World, bot: Bot) -> None:
    ends = [await _ask(world, bot, plan) for plan in (error(1113), error_in_200("1301"))]
    assert ends == [TABLE["1113"], TABLE["1301"]]


UNKNOWN_CODES: list[tuple[Plan, End]] = [
    (error("9999", 401), TABLE["1000"]),
    (error("9999", 403), TABLE["1000"]),
    (error("9999", 400), TABLE["1210"]),
    (error("9999", 404), TABLE["1210"]),
    (error("9999", 422), TABLE["1210"]),
    (error("9999", 429), End("failed", "glm.turned_down", in_quota=0, paid=0, try_again=True)),
    (error("9999", 503), TABLE["1200"]),
    (html(502), TABLE["1200"]),
    (html(504, billed=True), TABLE["1200"]),
    (html(200, billed=True), replace(TABLE["1200"], text_id="unsure.answer_lost")),
]


@pytest.mark.parametrize("flags", ["", "--model cogview-4"], ids=["submit", "generate"])
async def test_what_the_table_does_not_know_goes_by_its_http_class(
    world: World, bot: Bot, flags: str
) -> None:
    ends = [await _ask(world, bot, plan, flags) for plan, _ in UNKNOWN_CODES]
    assert ends == [end for _, end in UNKNOWN_CODES]


@pytest.mark.parametrize("code", ["1113", "1301", "1200"])
async def test_a_failed_mention_is_one_neutral_line_for_all_and_the_rest_for_its_asker(
    world: World, bot: Bot, code: str
) -> None:
    world.glm.weather.next(error(code))
    await world.slack.mention("@bot a fox", user="U1", channel="C1")
    job = await last_job(world, bot)

    (public,) = [m for m in world.slack.messages("C1") if m.bot_id]
    assert "ended without an image" in public.words
    assert not _tells_of(code, public.words)
    told = cards(world, job)
    assert told
    assert all(m.only_for == "U1" or m in world.slack.direct_messages_of("U1") for m in told)
    assert cards(world, {**job, "user_id": "U2"}) == []


def _tells_of(code: str, words: str) -> bool:
    secrets: list[Any] = [code, words_of_code(code, english=False), "balance", "policy", "charged"]
    return any(secret in words for secret in secrets)
