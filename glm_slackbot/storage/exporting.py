"""Jobs and audit rows as finance wants them, page by page: any history fits into memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, and_, not_, or_, select, union

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.job import Outcome
from glm_slackbot.domain.workspace import MICROS
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import audit, images, installations, jobs, workspaces

PAGE: Final = 500
CURRENCIES: Final = tuple(sorted({provider.currency for provider in Provider}))
PROMPT_COLUMNS: Final = ("prompt", "style", "avoid")
COLUMNS: Final = (
    "kind", "at", "workspace_id", "team_id", "channel_id", "user_id", "id", "status", "error",
    "model", "size", "quality", "images", "delivered",
    *(f"cost_{currency.lower()}" for currency in CURRENCIES), "act", "details",
)  # fmt: skip
"""Of a CSV; a job has no act, and an audit row no cost."""

_BEGINS_FORMULA: Final = "=+-@\t\r\n＝＋－＠"
_LINE_ENDS: Final = "\x85\u2028\u2029"

Record = Mapping[str, Any]


async def exported(
    database: Database, workspace_id: str, since: float, *, with_prompts: bool, page: int = PAGE
) -> AsyncIterator[Record]:
    """Jobs from ``since`` on, the oldest first, then audit rows.

    Of a workspace, those that it has as part of an organisation come after its own.
    """
    own = jobs.c.workspace_id == workspace_id
    shared = and_(jobs.c.team_id == workspace_id, not_(own))
    for of_it in (own, shared):
        async for rows in _pages(database, jobs, of_it, since, page):
            of_jobs = await _images(database, [row["id"] for row in rows])
            for row in rows:
                yield _job(row, of_jobs.get(row["id"], ()), with_prompts=with_prompts)
    async for rows in _pages(database, audit, audit.c.workspace_id == workspace_id, since, page):
        for row in rows:
            yield _audit(row)


async def known_workspaces(database: Database) -> Sequence[str]:
    """Every workspace and organisation that a row names."""
    tables = (jobs, audit, workspaces, installations)
    named = [select(table.c.workspace_id) for table in tables]
    async with database.read() as connection:
        found = await connection.scalars(union(*named, select(jobs.c.team_id)))
        return sorted(id_ for id_ in found if id_)


async def _pages(
    database: Database, table: Any, where: ColumnElement[bool], since: float, page: int
) -> AsyncIterator[Sequence[RowMapping]]:
    """By where the last page ended: rows that come meanwhile shift nothing."""
    at, id_ = (table.c.created_at if table is jobs else table.c.at), table.c.id
    query: Select[Any] = select(table).where(where, at >= since).order_by(at, id_).limit(page)
    rest = query
    while True:
        async with database.read() as connection:
            rows = (await connection.execute(rest)).mappings().all()
        if rows:
            yield rows
        if len(rows) < page:
            return
        last = rows[-1]
        rest = query.where(or_(at > last[at], and_(at == last[at], id_ > last["id"])))


async def _images(database: Database, job_ids: Sequence[str]) -> Mapping[str, list[RowMapping]]:
    query = select(
        images.c.job_id, images.c.outcome, images.c.cost_micros, images.c.currency
    ).where(images.c.job_id.in_(job_ids))
    found: dict[str, list[RowMapping]] = {}
    async with database.read() as connection:
        for row in (await connection.execute(query)).mappings():
            found.setdefault(row["job_id"], []).append(row)
    return found


def _job(row: RowMapping, of_it: Sequence[RowMapping], *, with_prompts: bool) -> Record:
    costs = {
        f"cost_{currency.lower()}": _money(
            sum(image["cost_micros"] for image in of_it if image["currency"] == currency)
        )
        for currency in CURRENCIES
    }
    same = ("workspace_id", "team_id", "channel_id", "user_id", "id", "status")
    return {
        "kind": "job",
        "at": _moment(row["created_at"]),
        **{name: row[name] for name in same},
        "error": row["error"] and row["error"]["text_id"],
        "model": row["model"],
        "size": f"{row['width']}x{row['height']}",
        "quality": row["quality"],
        "images": row["n"],
        "delivered": sum(image["outcome"] == Outcome.DELIVERED for image in of_it),
        **costs,
        **({name: row[name] for name in PROMPT_COLUMNS} if with_prompts else {}),
    }


def _audit(row: RowMapping) -> Record:
    same = ("workspace_id", "user_id", "id", "act", "details")
    return {"kind": "audit", "at": _moment(row["at"]), **{name: row[name] for name in same}}


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _money(micros: int) -> str:
    """As a decimal fraction, without a float's rounding."""
    return f"{micros // MICROS}.{micros % MICROS:06d}"


def csv_cells(record: Record, columns: Sequence[str]) -> list[str]:
    """One line of a CSV, none of which a spreadsheet takes for a formula."""
    return [_cell(record.get(column)) for column in columns]


def _cell(value: object) -> str:
    if value is None:
        return ""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    first = words.lstrip(" ")[:1]
    return f"'{words}" if first and first in _BEGINS_FORMULA else words


def json_line(record: Record) -> str:
    """One line of JSON, for whatever else a reader may take for a line's end."""
    words = json.dumps(record, ensure_ascii=False)
    for end in _LINE_ENDS:
        words = words.replace(end, f"\\u{ord(end):04x}")
    return f"{words}\n"
