"""Child processes: started, spoken to by lines, measured by /proc (Linux), killed at the end."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FIRST_LINE_SECONDS = 30.0
ANSWER_SECONDS = 300.0
MIB = 1024


@dataclass(frozen=True, eq=False)
class Child:
    """A running child. ``hello`` is its first line, ``start_seconds`` how long that took."""

    process: asyncio.subprocess.Process
    hello: Mapping[str, Any]
    start_seconds: float

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.hello["port"])

    async def ask(self, **order: Any) -> dict[str, Any]:
        """Send a line, read a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.process.stdin.drain()
        return await _line(self.process, ANSWER_SECONDS)

    def memory(self) -> float:
        """Resident memory now, in MiB."""
        return self._status("VmRSS")

    def most_memory(self) -> float:
        """The most resident memory since ``forget_most_memory``, in MiB."""
        return self._status("VmHWM")

    def forget_most_memory(self) -> None:
        """Count the most from here on."""
        self._proc("clear_refs").write_text("5")

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = self._proc("stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _status(self, name: str) -> float:
        lines = self._proc("status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / MIB

    def _proc(self, name: str) -> Path:
        return Path("/proc", str(self.process.pid), name)


@asynccontextmanager
async def child(
    script: str, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Child]:
    """Run a script of this folder; what it complains of is in ``<script>.log``."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with (folder / f"{script}.log").open("ab") as log:
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(HERE / script),
            *arguments,
            cwd=folder,
            env={**inherited, "PYTHONPATH": str(HERE.parents[1]), **(environment or {})},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        try:
            hello = await _line(process, FIRST_LINE_SECONDS)
            yield Child(process, hello, time.perf_counter() - started)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _line(process: asyncio.subprocess.Process, seconds: float) -> dict[str, Any]:
    assert process.stdout is not None
    async with asyncio.timeout(seconds):
        line = await process.stdout.readline()
    if not line:
        raise RuntimeError("a child process ended early; its .log file says why")
    answer: dict[str, Any] = json.loads(line)
    return answer
