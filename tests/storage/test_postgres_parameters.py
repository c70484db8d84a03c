"""A real PostgreSQL is reached by URLs that were written for other drivers."""

from __future__ import annotations

import asyncpg
import pytest
from databases import url_of
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from glm_slackbot.storage.address import Address, parse_database_url
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.postgres_parameters import IGNORED_PARAMETERS


def with_parameters(address: Address, words: str) -> Address:
    url = url_of(address)
    return parse_database_url(url + ("&" if "?" in url else "?") + words)


async def shown(address: Address, setting: str) -> str:
    database = Database(address)
    try:
        async with database.read() as connection:
            return str(await connection.scalar(text(f"SHOW {setting}")))
    finally:
        await database.close()


async def test_what_steers_libpq_or_a_pool_keeps_nobody_out(postgres_address: Address) -> None:
    words = "&".join(f"{name}=1" for name in sorted(IGNORED_PARAMETERS))

    assert await shown(with_parameters(postgres_address, words), "client_encoding") == "UTF8"


@pytest.mark.parametrize(
    ("words", "setting", "value"),
    [
        ("application_name=bot", "application_name", "bot"),
        ("options=-c%20statement_timeout%3D7s", "statement_timeout", "7s"),
        ("statement_timeout=8s", "statement_timeout", "8s"),
        ("sslmode=prefer&target_session_attrs=read-write", "transaction_read_only", "off"),
    ],
)
async def test_what_driver_or_server_understands_is_passed_on(
    postgres_address: Address, words: str, setting: str, value: str
) -> None:
    assert await shown(with_parameters(postgres_address, words), setting) == value


async def test_a_word_that_nobody_knows_is_refused_by_the_server(postgres_address: Address) -> None:
    refusals = (asyncpg.PostgresError, DBAPIError)  # which of them, is SQLAlchemy's version
    with pytest.raises(refusals, match="unrecognized configuration parameter"):
        await shown(with_parameters(postgres_address, "sslmoed=verify-full"), "server_version")
