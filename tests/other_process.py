"""What tests run in processes of their own: ``python tests/other_process.py VERB URL ...``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from factories import new_job

from glm_slackbot.domain.errors import QuotaError
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.address import parse_database_url
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.entries import Accepted
from glm_slackbot.storage.migrations import migrate
from glm_slackbot.storage.own_secrets import own_secret


async def accept(database: Database, name: str) -> str:
    """Twenty-five requests at once of one person with three a day: how many were accepted."""
    acceptor = Acceptor(database)
    entries = [new_job(id=f"{name}{n}", dedupe_key=f"{name}{n}", daily_images=3) for n in range(25)]
    answers = await asyncio.gather(*map(acceptor.accept, entries), return_exceptions=True)
    assert all(isinstance(answer, (Accepted, QuotaError)) for answer in answers), answers
    return str(sum(isinstance(answer, Accepted) for answer in answers))


async def claim(database: Database, name: str) -> str:
    """Claim until nothing is left: which jobs."""
    claims, got = Claims(database, name), []
    while (job := await claims.next_job(2e9, lambda _: 1000)) is not None:
        got.append(job.id)
    return " ".join(got)


async def migrate_it(database: Database, name: str) -> str:
    """Migrate: whether there was anything to do, and whether Alembic was imported."""
    return f"{await migrate(database)} {'alembic' in sys.modules}"


async def secret(database: Database, name: str) -> str:
    """The secret, by this process's name if this one makes it."""
    return await own_secret(database, "salt", lambda: name)


VERBS: dict[str, Callable[[Database, str], Awaitable[str]]] = {
    "accept": accept,
    "claim": claim,
    "migrate": migrate_it,
    "secret": secret,
}


async def main(verb: str, url: str, name: str) -> None:
    """Say one word when ready, begin at a line on standard input, say the answer."""
    database = Database(parse_database_url(url))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(await VERBS[verb](database, name), flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
