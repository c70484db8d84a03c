"""The page in the process of the tests: up, and down again by a signal."""

from __future__ import annotations

import asyncio
import os
import signal
import socket

import aiohttp
import pytest

from glm_slackbot.app.start_faults import StartFault
from glm_slackbot.sandbox.page.run import run_page


async def test_it_says_where_it_is_and_ends_by_a_signal_while_somebody_reads() -> None:
    said: list[str] = []
    running = asyncio.create_task(run_page(0, said.append, opens_browser=False))
    while not said:  # noqa: ASYNC110  # it has no bell
        await asyncio.sleep(0.01)
    address = said[0].split()[4]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{address}events?user=U1") as reading,
    ):
        assert reading.status == 200
        os.kill(os.getpid(), signal.SIGINT)
        async with asyncio.timeout(5):
            await running
    assert said[1:] == []


async def test_a_port_that_is_taken_is_a_fault_of_the_start() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StartFault, match="choose another"):
            await run_page(taken.getsockname()[1], print, opens_browser=False)
