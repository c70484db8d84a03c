"""States of installations under way: what Slack hands back must be what we gave."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, insert, or_, select

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import oauth_states

STATE_SECONDS: Final = 600.0
MOST_STATES: Final = 10_000
"""Anybody may begin an installation: the oldest of so many go, and no more are kept."""


class OAuthStates:
    """Each is good once, and for ten minutes."""

    def __init__(
        self, database: Database, now: Callable[[], float], *, most: int = MOST_STATES
    ) -> None:
        self._database = database
        self._now = now
        self._most = most

    async def async_issue(self, *_: object, **__: object) -> str:
        """A new state; those that nobody came back with are swept out."""
        state, now = secrets.token_urlsafe(24), self._now()
        ends = oauth_states.c.expires_at
        surplus = select(ends).order_by(ends.desc()).offset(self._most - 1).limit(1)
        async with self._database.write(locks=["oauth_states"]) as connection:
            old = or_(ends < now, ends <= surplus.scalar_subquery())
            await connection.execute(delete(oauth_states).where(old))
            await connection.execute(
                insert(oauth_states).values(hash=_hash(state), expires_at=now + STATE_SECONDS)
            )
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it is one of ours that is good still; from now on it is not."""
        same = oauth_states.c.hash == _hash(state)
        async with self._database.write() as connection:
            result = await connection.execute(
                delete(oauth_states).where(same, oauth_states.c.expires_at >= self._now())
            )
        return result.rowcount == 1


def _hash(state: str) -> str:
    """What is kept: a reader of the database can end no installation in another's name."""
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
