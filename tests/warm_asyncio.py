"""Processes of the nursery, for asyncio: what ``asyncio.subprocess.Process`` does, this does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from warm import Forked, fork, nursery

PIPE, DEVNULL = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL


class Feed:
    """Its standard input: for a few lines, which a pipe takes at once."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def write(self, words: bytes) -> None:
        if self._descriptor is not None:
            os.write(self._descriptor, words)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class WarmProcess:
    """A process; where they are pipes, with its streams."""

    def __init__(self, forked: Forked, stdin: Feed | None) -> None:
        self.pid = forked.pid
        self.stdin = stdin
        self.stdout: asyncio.StreamReader | None = None
        self.stderr: asyncio.StreamReader | None = None
        self.returncode: int | None = None
        self._forked = forked
        self._loop = asyncio.get_running_loop()
        self._end: asyncio.Future[int] = self._loop.create_future()
        self._loop.add_reader(forked.line, self._told)

    def send_signal(self, number: int) -> None:
        """Raises ProcessLookupError where it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code, when it has ended."""
        return await asyncio.shield(self._end)

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it writes until its end."""
        if self.stdin is not None:
            self.stdin.close()
        readers = [stream.read() for stream in (self.stdout, self.stderr) if stream]
        *told, _ = await asyncio.gather(*readers, self.wait())
        return told[0] if self.stdout else b"", told[-1] if self.stderr else b""

    async def read_from(self, descriptor: int | None) -> asyncio.StreamReader | None:
        """A pipe's words; it is closed when it ends."""
        if descriptor is None:
            return None
        reader = asyncio.StreamReader()
        await self._loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
        )
        return reader

    def _told(self) -> None:
        """The nursery has told the exit code."""
        self._loop.remove_reader(self._forked.line)
        self.returncode = self._forked.wait()
        if self.stdin is not None:
            self.stdin.close()
        self._end.set_result(self.returncode)


async def start_warm(
    arguments: Sequence[str],
    env: Mapping[str, str],
    folder: Path,
    *,
    life: str = "program",
    stdin: int = DEVNULL,
    stdout: int = PIPE,
    stderr: int = PIPE,
) -> WarmProcess:
    """The program; streams are ``PIPE``, ``DEVNULL`` or a descriptor."""
    await asyncio.to_thread(nursery)  # at first it has much to import
    with contextlib.ExitStack() as stack:
        ends = [_ends(stack, n, asked) for n, asked in enumerate((stdin, stdout, stderr))]
        forked = fork(life, arguments, env, folder, [its for _, its in ends])
    (to_stdin, from_stdout, from_stderr) = [ours for ours, _ in ends]
    process = WarmProcess(forked, None if to_stdin is None else Feed(to_stdin))
    with contextlib.ExitStack() as stack:
        stack.callback(process.kill)  # whoever is cancelled here cannot
        process.stdout = await process.read_from(from_stdout)
        process.stderr = await process.read_from(from_stderr)
        stack.pop_all()
    return process


async def start_warm_bot() -> WarmProcess:
    """The bot of the sandbox's page."""
    return await start_warm([], os.environ, Path.cwd(), life="bot", stdin=PIPE)


def _ends(stack: contextlib.ExitStack, number: int, asked: int) -> tuple[int | None, int]:
    """Of one stream: our end, if any, and the process's, which is closed with the stack."""
    if asked == DEVNULL:
        its = os.open(os.devnull, os.O_RDWR)
        stack.callback(os.close, its)
        return None, its
    if asked != PIPE:
        return None, asked
    read, write = os.pipe()
    ours, its = (write, read) if number == 0 else (read, write)
    stack.callback(os.close, its)
    return ours, its
