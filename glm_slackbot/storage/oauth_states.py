"""States of installations under way: what Slack hands back must be what we gave."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, insert

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import oauth_states

STATE_SECONDS: Final = 600.0


class OAuthStates:
    """Each is good once, and for ten minutes."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    async def async_issue(self, *_: object, **__: object) -> str:
        """A new state; those that nobody came back with are swept out."""
        state, now = secrets.token_urlsafe(24), self._now()
        async with self._database.write() as connection:
            await connection.execute(delete(oauth_states).where(oauth_states.c.expires_at < now))
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
