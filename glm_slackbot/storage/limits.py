"""Whether a request fits its workspace's quotas and budget: read under the workspace's lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.errors import BotError, UserError
from glm_slackbot.domain.job import Origin
from glm_slackbot.domain.quota import (
    DAY_SECONDS,
    MINUTE_SECONDS,
    budget_error,
    check_currency,
    daily_quota_error,
    exceeds,
    minute_quota_error,
    month_of,
    notice_of_refusal,
    notices_of_rise,
)
from glm_slackbot.domain.workspace import Limits, WorkspaceSettings
from glm_slackbot.storage.tables import images, workspaces

Person = tuple[str, str]
"""(workspace_id, user_id)"""


@dataclass(frozen=True, slots=True)
class Wish:
    """Images that somebody wants, and what each reserves."""

    origin: Origin
    n: int
    at: float
    cost_micros: int
    currency: str
    daily_images: int
    """The installation's default, where the workspace has saved no other."""
    is_allowed_past_budget: bool = False

    @property
    def person(self) -> Person:
        """Whose quota it counts in."""
        return (self.origin.workspace_id, self.origin.user_id)

    @property
    def cost(self) -> int:
        """What all its images reserve."""
        return self.n * self.cost_micros


class _QuotaError(Protocol):
    def __call__(self, times: Sequence[float], *, asked: int, allowed: int) -> BotError: ...


@dataclass(frozen=True, slots=True)
class _Window:
    """What each person used in so many seconds, and the error that says so."""

    used: Counter[Person]
    seconds: float
    error: _QuotaError


def workspace_lock(origin: Origin) -> str:
    """Quotas are read and spent under this lock: two readers at once would both find room."""
    return workspace_lock_of(origin.workspace_id)


def workspace_lock_of(workspace_id: str) -> str:
    """The same by id: settings change under it too."""
    return f"workspace:{workspace_id}"


class Usage:
    """What is saved and used in some workspaces; ``add`` what is granted meanwhile."""

    def __init__(self, saved: Mapping[str, WorkspaceSettings]) -> None:
        self._saved = saved
        self._granted: list[Wish] = []
        self._day: Counter[Person] = Counter()
        self._minute: Counter[Person] = Counter()
        self._spent: Counter[tuple[str, str]] = Counter()

    @classmethod
    async def read(cls, connection: AsyncConnection, wishes: Sequence[Wish]) -> Usage:
        """In a handful of statements, however many wishes there are."""
        workspace_ids = {w.origin.workspace_id for w in wishes}
        usage = cls(await _saved_settings(connection, workspace_ids))
        at = min(w.at for w in wishes)
        usage._day = await _counted(connection, wishes, at - DAY_SECONDS)
        settings = usage._saved.values()
        if any(s.minute_images is not None for s in settings):
            usage._minute = await _counted(connection, wishes, at - MINUTE_SECONDS)
        if any(s.budget is not None for s in settings):
            usage._spent = await spent_since(connection, workspace_ids, month_of(at)[0])
        return usage

    def limits(self, wish: Wish) -> Limits:
        """What holds for a wish."""
        saved = self._saved.get(wish.origin.workspace_id, WorkspaceSettings())
        return Limits.of(saved, daily_images=wish.daily_images)

    def add(self, wish: Wish) -> tuple[str, ...]:
        """Count what was granted just now; answers the notices that are due for it."""
        self._granted.append(wish)
        self._day[wish.person] += wish.n
        self._minute[wish.person] += wish.n
        purse, budget = (wish.origin.workspace_id, wish.currency), self.limits(wish).budget
        before = self._spent[purse]
        self._spent[purse] += wish.cost
        if budget is None or budget.currency != wish.currency:
            return ()
        return notices_of_rise(before=before, after=self._spent[purse], budget=budget.micros)

    def notice_of_refusal(self, wish: Wish) -> str:
        """What admins are told of a wish that the budget has no room for."""
        budget = self.limits(wish).budget
        spent = self._spent[wish.origin.workspace_id, wish.currency]
        return notice_of_refusal(spent=spent, budget=budget.micros if budget else 0)

    async def check(self, connection: AsyncConnection, wish: Wish) -> None:
        """Raises UserError, SetupError or QuotaError for what does not fit."""
        limits = self.limits(wish)
        _check_channel(limits, wish.origin)
        day = _Window(self._day, DAY_SECONDS, daily_quota_error)
        await self._check_window(connection, wish, day, limits.daily_images)
        if limits.minute_images is not None:
            minute = _Window(self._minute, MINUTE_SECONDS, minute_quota_error)
            await self._check_window(connection, wish, minute, limits.minute_images)
        self.check_budget(wish)

    async def _check_window(
        self, connection: AsyncConnection, wish: Wish, window: _Window, allowed: int
    ) -> None:
        if not exceeds(used=window.used[wish.person], asked=wish.n, allowed=allowed):
            return
        # A group counts from its first wish's time on; a later one's window may be free again.
        times = await self._times(connection, wish, window.seconds)
        if exceeds(used=len(times), asked=wish.n, allowed=allowed):
            raise window.error(times, asked=wish.n, allowed=allowed)

    def check_budget(self, wish: Wish) -> None:
        """The budget alone, for what is counted in the quotas already. Raises SetupError for one
        in another currency, QuotaError for one reached.
        """
        budget = self.limits(wish).budget
        if budget is None or not wish.cost:
            return
        check_currency(budget, wish.currency)
        if wish.is_allowed_past_budget:
            return
        spent = self._spent[wish.origin.workspace_id, wish.currency]
        if exceeds(used=spent, asked=wish.cost, allowed=budget.micros):
            raise budget_error(spent=spent, asked=wish.cost, budget=budget, at=wish.at)

    async def _times(
        self, connection: AsyncConnection, wish: Wish, seconds: float
    ) -> Sequence[float]:
        """When the counted images were asked for, those granted just now included."""
        counted = await connection.scalars(
            select(images.c.created_at).where(
                images.c.workspace_id == wish.origin.workspace_id,
                images.c.user_id == wish.origin.user_id,
                images.c.in_quota,
                images.c.created_at > wish.at - seconds,
            )
        )
        granted = [w for w in self._granted if w.person == wish.person]
        return [*counted.all(), *(w.at for w in granted for _ in range(w.n))]


def _check_channel(limits: Limits, origin: Origin) -> None:
    if limits.channels is not None and origin.channel_id not in limits.channels:
        raise UserError("quota.channel_not_allowed", channels=list(limits.channels))


async def _saved_settings(
    connection: AsyncConnection, workspace_ids: Iterable[str]
) -> Mapping[str, WorkspaceSettings]:
    rows = await connection.execute(
        select(workspaces.c.workspace_id, workspaces.c.settings).where(
            workspaces.c.workspace_id.in_(workspace_ids)
        )
    )
    return {id_: WorkspaceSettings.of_json(settings) for id_, settings in rows}


async def _counted(
    connection: AsyncConnection, wishes: Sequence[Wish], since: float
) -> Counter[Person]:
    counted = await connection.execute(
        select(images.c.workspace_id, images.c.user_id, func.count())
        .where(
            images.c.workspace_id.in_({w.origin.workspace_id for w in wishes}),
            images.c.user_id.in_({w.origin.user_id for w in wishes}),
            images.c.in_quota,
            images.c.created_at > since,
        )
        .group_by(images.c.workspace_id, images.c.user_id)
    )
    return Counter({(workspace, user): count for workspace, user, count in counted})


async def spent_since(
    connection: AsyncConnection, workspace_ids: Iterable[str], since: float
) -> Counter[tuple[str, str]]:
    """What was spent or is reserved, by workspace_id and currency."""
    spent = await connection.execute(
        select(images.c.workspace_id, images.c.currency, func.sum(images.c.cost_micros))
        .where(images.c.workspace_id.in_(workspace_ids), images.c.created_at >= since)
        .group_by(images.c.workspace_id, images.c.currency)
    )
    return Counter({(workspace, currency): int(sum_) for workspace, currency, sum_ in spent})
