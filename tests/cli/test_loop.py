"""Names are looked up in threads that nobody has to wait for."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from glm_slackbot.cli.imagine_loop import run_until_left


async def look_up() -> Any:
    return await asyncio.get_running_loop().getaddrinfo("a.test", 443, type=socket.SOCK_STREAM)


def answering(answer: Any) -> Any:
    def getaddrinfo(*args: Any, **kwargs: Any) -> Any:
        if isinstance(answer, OSError):
            raise answer
        return answer, args, kwargs

    return getaddrinfo


def test_what_is_found_and_what_is_not_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async def twice() -> None:
        monkeypatch.setattr(socket, "getaddrinfo", answering("found"))
        assert await look_up() == ("found", ("a.test", 443), {"type": socket.SOCK_STREAM})
        monkeypatch.setattr(socket, "getaddrinfo", answering(socket.gaierror("no such name")))
        with pytest.raises(socket.gaierror, match="no such name"):
            await look_up()

    run_until_left(twice())


def test_one_that_hangs_is_left_and_may_come_back_late(monkeypatch: pytest.MonkeyPatch) -> None:
    late, done = threading.Event(), threading.Event()

    def hang(*_args: Any, **_kwargs: Any) -> None:
        late.wait(20)
        done.set()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(look_up(), 0.05)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    run_until_left(give_up())
    assert not done.is_set()
    late.set()
    assert done.wait(20)
