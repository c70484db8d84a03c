"""Turns at the one writer."""

from __future__ import annotations

import asyncio

from glm_slackbot.storage.turns import Turns


class Counter:
    """Notes who had the turn, and that nobody shared it."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.order: list[str] = []
        self._inside = 0

    async def take(self, name: str, *, urgent: bool = False, rounds: int = 1) -> None:
        async with self.turns.turn(urgent=urgent):
            self._inside += 1
            assert self._inside == 1
            self.order.append(name)
            for _ in range(rounds):
                await asyncio.sleep(0)
            self._inside -= 1


async def test_urgent_ones_come_first_and_others_in_their_order() -> None:
    counter = Counter()
    async with asyncio.TaskGroup() as group:
        for name in ("first", "second", "third"):
            group.create_task(counter.take(name))
        for name in ("urgent", "urgent too"):
            group.create_task(counter.take(name, urgent=True))

    assert counter.order == ["first", "urgent", "urgent too", "second", "third"]


async def test_who_leaves_the_queue_is_passed_over() -> None:
    counter = Counter()
    holds = asyncio.create_task(counter.take("first", rounds=5))
    await asyncio.sleep(0)
    leaves = asyncio.create_task(counter.take("leaves"))
    stays = asyncio.create_task(counter.take("stays"))
    await asyncio.sleep(0)
    leaves.cancel()

    await asyncio.gather(holds, leaves, stays, return_exceptions=True)

    assert counter.order == ["first", "stays"]


async def test_a_turn_that_comes_just_as_its_waiter_leaves_is_handed_on() -> None:
    counter = Counter()
    async with counter.turns.turn():
        leaves = asyncio.create_task(counter.take("leaves"))
        stays = asyncio.create_task(counter.take("stays"))
        await asyncio.sleep(0)
    leaves.cancel()

    await asyncio.gather(leaves, stays, return_exceptions=True)

    assert counter.order == ["stays"]
    await counter.take("next")


async def test_a_block_that_fails_hands_the_turn_on() -> None:
    counter = Counter()
    try:
        async with counter.turns.turn():
            raise KeyError
    except KeyError:
        await counter.take("next")

    assert counter.order == ["next"]


async def test_no_turn_is_ever_lost() -> None:
    counter = Counter()
    tasks = [
        asyncio.create_task(counter.take(str(n), urgent=n % 3 == 0, rounds=n % 4))
        for n in range(300)
    ]
    for n in range(0, 300, 5):
        await asyncio.sleep(0)
        tasks[n].cancel()

    async with asyncio.timeout(5):
        await asyncio.gather(*tasks, return_exceptions=True)
        await counter.take("last")

    assert counter.order[-1] == "last"
