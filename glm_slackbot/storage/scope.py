"""Whose rows: a person's, a workspace's, or a person's in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, true

_WHERE: Final = ("workspace_id", "team_id")
"""A workspace of an organisation that installed the bot has requests, but no settings."""


@dataclass(frozen=True, slots=True)
class Scope:
    """At least one of them; ``workspace_id`` is a workspace's or an organisation's."""

    workspace_id: str | None = None
    user_id: str | None = None

    def of(self, table: Any, user_column: str = "user_id") -> ColumnElement[bool]:
        """The rows of a table; of one that has no such column, those of the workspace."""
        conditions = []
        if self.workspace_id is not None:
            ids = [table.c[name] for name in _WHERE if name in table.c]
            conditions.append(or_(*(id_ == self.workspace_id for id_ in ids)))
        if self.user_id is not None and user_column in table.c:
            conditions.append(table.c[user_column] == self.user_id)
        return and_(true(), *conditions)
