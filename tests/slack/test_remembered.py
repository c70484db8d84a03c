"""Answers are kept for a minute."""

from __future__ import annotations

import asyncio

import pytest

from glm_slackbot.slack.remembered import KEPT_S, Remembered


class Asked:
    """Counts how often it was asked, and answers with the count."""

    def __init__(self) -> None:
        self.times = 0
        self.error: Exception | None = None

    async def __call__(self) -> int:
        await asyncio.sleep(0)
        self.times += 1
        if self.error:
            raise self.error
        return self.times


class Now:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def test_an_answer_is_kept_for_a_minute_and_no_longer() -> None:
    now, asked = Now(), Asked()
    known: Remembered[str, int] = Remembered(now)
    assert [await known.get("a", asked), await known.get("a", asked)] == [1, 1]
    now.seconds += KEPT_S
    assert await known.get("a", asked) == 2


async def test_those_who_ask_at_the_same_time_share_one_call() -> None:
    known, asked = Remembered[str, int](Now()), Asked()
    answers = await asyncio.gather(*(known.get("a", asked) for _ in range(9)))
    assert set(answers) == {1}


async def test_what_raises_is_not_kept() -> None:
    known, asked = Remembered[str, int](Now()), Asked()
    asked.error = LookupError("no")
    with pytest.raises(LookupError):
        await known.get("a", asked)
    asked.error = None
    assert await known.get("a", asked) == 2


async def test_one_who_gives_up_takes_the_answer_from_nobody() -> None:
    known, asked = Remembered[str, int](Now()), Asked()
    first = asyncio.create_task(known.get("a", asked))
    second = asyncio.create_task(known.get("a", asked))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 1


async def test_the_oldest_answers_make_room() -> None:
    known, asked = Remembered[str, int](Now(), size=2), Asked()
    for name in ("a", "b", "c", "a"):
        await known.get(name, asked)
    assert asked.times == 4
