"""What a database that is away, wrong or broken raises, and its reason in one line."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from glm_slackbot.observe import redact

_MISTAKEN_STATES: Final = frozenset({"28000", "28P01", "3D000", "42704"})
"""SQLSTATE of a user, password, database or parameter that the server does not know."""


def database_faults() -> tuple[type[Exception], ...]:
    """The exceptions of an unusable database; asyncpg's own pass SQLAlchemy by at connecting."""
    return (*faults_of_databases_alone(), OSError)


def faults_of_databases_alone() -> tuple[type[Exception], ...]:
    """Those that cannot come from anywhere else."""
    try:
        import asyncpg
    except ImportError:
        return (SQLAlchemyError,)
    return (
        SQLAlchemyError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    )


def reason_of(fault: BaseException, secrets: Collection[str] = ()) -> str:
    """The first line of what the driver said, without secrets."""
    lines = str(_origin(fault)).splitlines()
    return redact(lines[0], secrets) if lines else type(fault).__name__


def is_mistake_of_the_address(fault: BaseException) -> bool:
    """Whether DATABASE_URL must be changed; else the server may be better later."""
    origin = _origin(fault)
    # InterfaceError with the base ValueError: what asyncpg does not take in a URL.
    return getattr(origin, "sqlstate", None) in _MISTAKEN_STATES or isinstance(origin, ValueError)


def _origin(fault: BaseException) -> BaseException:
    """The driver's own exception, where SQLAlchemy wrapped it, once or twice."""
    adapted = getattr(fault, "orig", None)
    return fault if adapted is None else (adapted.__cause__ or adapted)
