"""What a database that is away, wrong or broken raises, and its reason in one line."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from glm_slackbot.observe import redact


def database_faults() -> tuple[type[Exception], ...]:
    """The exceptions of an unusable database; asyncpg's own pass SQLAlchemy by at connecting."""
    try:
        import asyncpg
    except ImportError:
        return (SQLAlchemyError, OSError)
    return (SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


def reason_of(fault: BaseException) -> str:
    """The first line of what the driver said, without secrets."""
    lines = str(getattr(fault, "orig", None) or fault).splitlines()
    return redact(lines[0]) if lines else type(fault).__name__
