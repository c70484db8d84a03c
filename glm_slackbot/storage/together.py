"""Rows that are asked for at the same time, read in one statement.

With a read each, 200 requests at once cost more than all else in their answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Set
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class ReadTogether(Generic[Key, Value]):
    """Everybody who asks while a read is under way is in the next one."""

    def __init__(self, read: Callable[[Set[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._read = read
        self._wanted: set[Key] = set()
        self._reading: asyncio.Task[Mapping[Key, Value]] | None = None
        self._one_read = asyncio.Lock()

    async def get(self, key: Key) -> Value | None:
        """What is there under a key now."""
        self._wanted.add(key)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_wanted())
        found = await asyncio.shield(self._reading)  # whoever gives up spoils it for nobody
        return found.get(key)

    async def _read_wanted(self) -> Mapping[Key, Value]:
        async with self._one_read:
            wanted, self._wanted, self._reading = self._wanted, set(), None
            return await self._read(wanted)
