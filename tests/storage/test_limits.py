"""What an admin saved is enforced in the transaction that writes the job."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from factories import NOW, job_factory, new_job, wish_factory
from peek import rows

from glm_slackbot.domain.errors import BotError, QuotaError, SetupError, UserError
from glm_slackbot.domain.job import JobStatus, OriginKind
from glm_slackbot.domain.workspace import Budget, WorkspaceSettings
from glm_slackbot.storage.accepting import write_entries
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.entries import Accepted
from glm_slackbot.storage.reserving import reserve_image
from glm_slackbot.storage.tables import images, jobs, notices
from glm_slackbot.storage.workspaces import WorkspaceStore

BUDGET = Budget(500_000, "CNY")
"""Five images at the factories' price."""


async def save(database: Database, workspace_id: str = "T1", **changes: Any) -> None:
    entry = AuditEntry(workspace_id, NOW, "U9", Act.SETTINGS_CHANGED)
    await WorkspaceStore(database).save_settings(workspace_id, WorkspaceSettings(**changes), entry)


async def refusal(acceptor: Acceptor, **changes: Any) -> BotError:
    with pytest.raises(BotError) as error:
        await acceptor.accept(new_job(**changes))
    return error.value


async def spent(database: Database) -> int:
    return sum(row["cost_micros"] for row in await rows(database, images))


async def test_a_saved_daily_quota_beats_the_installations(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, daily_images=1)
    await acceptor.accept(new_job(daily_images=50))
    error = await refusal(acceptor, daily_images=50)
    assert (error.text_id, error.params["allowed"]) == ("quota.daily_images", 1)
    await acceptor.accept(new_job(team_id="T2"))


async def test_a_minutes_quota_frees_up_after_a_minute(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, minute_images=2)
    await acceptor.accept(new_job(n=2))
    error = await refusal(acceptor, created_at=NOW + 59)
    assert (error.text_id, error.params["frees_at"]) == ("quota.minute_images", NOW + 60)
    assert (await refusal(acceptor, n=3)).text_id == "quota.more_than_a_minute_allows"
    await acceptor.accept(new_job(created_at=NOW + 61))


async def test_of_two_at_once_the_one_whose_day_is_over_by_then_is_not_refused(
    database: Database,
) -> None:
    await save(database, daily_images=1)
    await write_entries(database, [new_job(created_at=NOW)])
    day_later = NOW + 24 * 3600
    early, late = new_job(created_at=day_later - 1), new_job(created_at=day_later)
    refused, accepted = await write_entries(database, [early, late])
    assert isinstance(refused, QuotaError)
    assert refused.params["frees_at"] == day_later
    assert isinstance(accepted, Accepted)


async def test_only_the_channels_of_the_list_may_be_used(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, channels=("C1", "C2"))
    await acceptor.accept(new_job(channel_id="C2"))
    error = await refusal(acceptor, channel_id="C3")
    assert isinstance(error, UserError)
    assert error.params["channels"] == ["C1", "C2"]


async def test_a_request_over_budget_is_kept_as_failed_and_counts_nothing(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=BUDGET)
    await acceptor.accept(new_job(n=4))
    job = job_factory(n=2)
    error = await refusal(acceptor, job=job)
    assert isinstance(error, QuotaError)
    assert error.params["job"] == job.id
    assert error.params["spent_micros"] == 400_000
    kept = next(row for row in await rows(database, jobs) if row["id"] == job.id)
    assert (kept["status"], kept["closing_due"]) == (JobStatus.FAILED, False)
    assert kept["error"]["text_id"] == "quota.budget_reached"
    assert await spent(database) == 400_000
    await acceptor.accept(new_job())


async def test_a_mention_over_budget_is_told_by_the_worker(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=Budget(0, "CNY"))
    await refusal(acceptor, kind=OriginKind.MENTION)
    (kept,) = await rows(database, jobs)
    assert kept["closing_due"]


async def test_what_an_admin_allowed_goes_past_the_budget(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=Budget(0, "CNY"))
    answer = await acceptor.accept(new_job(is_allowed_past_budget=True))
    assert isinstance(answer, Accepted)


async def test_an_admins_yes_is_not_for_another_currency_than_the_budgets(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=Budget(0, "USD"))
    assert (await refusal(acceptor, is_allowed_past_budget=True)).text_id == "setup.budget_currency"


async def test_the_budget_begins_anew_with_the_month(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=BUDGET)
    last = datetime(2026, 1, 31, 23, 59, tzinfo=UTC).timestamp()
    await acceptor.accept(new_job(n=5, created_at=last))
    error = await refusal(acceptor, created_at=last + 30)
    assert error.params["frees_at"] == last + 60
    await acceptor.accept(new_job(created_at=last + 60))


async def test_a_free_model_needs_no_budget(database: Database, acceptor: Acceptor) -> None:
    await save(database, budget=Budget(0, "CNY"))
    await acceptor.accept(new_job(cost_micros=0))


async def test_a_budget_in_another_currency_buys_nothing(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=Budget(9_000_000, "USD"))
    error = await refusal(acceptor)
    assert isinstance(error, SetupError)
    assert error.text_id == "setup.budget_currency"


async def test_costs_in_another_currency_do_not_count(
    database: Database, acceptor: Acceptor
) -> None:
    await acceptor.accept(new_job(n=4, currency="USD"))
    await save(database, budget=BUDGET)
    await acceptor.accept(new_job(n=4))


async def test_one_more_image_for_a_job_obeys_the_budget(
    database: Database, acceptor: Acceptor
) -> None:
    job = job_factory()
    await acceptor.accept(new_job(job))
    await save(database, budget=Budget(100_000, "CNY"))
    async with database.write() as connection:
        with pytest.raises(QuotaError):
            await reserve_image(database, connection, job, wish_factory(job, at=NOW))


async def test_notices_are_due_at_80_and_100_percent_once_a_day(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=BUDGET)
    await acceptor.accept(new_job(n=3))
    assert await rows(database, notices) == []
    await acceptor.accept(new_job())
    assert [n["cause"] for n in await rows(database, notices)] == ["notice.budget_80"]
    await acceptor.accept(new_job())
    causes = {n["cause"] for n in await rows(database, notices)}
    assert causes == {"notice.budget_80", "notice.budget_100"}


async def test_an_admin_hears_of_a_refusal_although_the_sum_meets_no_hundred_percent(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=Budget(550_000, "CNY"))
    await acceptor.accept(new_job(n=4))
    await refusal(acceptor, n=2)
    await acceptor.accept(new_job())
    await refusal(acceptor)
    assert await due(database) == {("notice.budget_80", None), ("notice.budget_refused", 200_000)}


async def test_a_budget_that_is_used_up_is_told_again_on_a_later_day_of_refusals(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, budget=BUDGET)
    await acceptor.accept(new_job(n=5))
    assert len(await rows(database, notices)) == 2
    for later in (1, 2, 24 * 3600, 24 * 3600 + 1):
        await refusal(acceptor, created_at=NOW + later)
    days = [n["day"] for n in await rows(database, notices) if n["cause"] == "notice.budget_100"]
    assert len(days) == len(set(days)) == 2


async def test_one_more_image_for_a_job_may_use_the_budget_up(
    database: Database, acceptor: Acceptor
) -> None:
    job = job_factory()
    await acceptor.accept(new_job(job))
    await save(database, budget=Budget(200_000, "CNY"))
    async with database.write() as connection:
        await reserve_image(database, connection, job, wish_factory(job, at=NOW))
    assert {cause for cause, _ in await due(database)} == {"notice.budget_80", "notice.budget_100"}


async def due(database: Database) -> set[tuple[str, int | None]]:
    return {(n["cause"], n["params"].get("asked_micros")) for n in await rows(database, notices)}


async def test_an_organisations_workspaces_share_settings_quota_and_budget(
    database: Database, acceptor: Acceptor
) -> None:
    await save(database, "E1", daily_images=1)
    shared = {"enterprise_id": "E1", "is_org_wide": True}
    await acceptor.accept(new_job(team_id="T1", **shared))
    assert (await refusal(acceptor, team_id="T2", **shared)).text_id == "quota.daily_images"
    await acceptor.accept(new_job(team_id="T2", enterprise_id="E1"))


async def test_fifty_at_once_do_not_overspend_by_one_image(
    database: Database, other_database: Database
) -> None:
    await save(database, budget=BUDGET, daily_images=1000)
    acceptors = (Acceptor(database), Acceptor(other_database))
    entries = [new_job(user_id=f"U{n}") for n in range(50)]
    answers = await asyncio.gather(
        *(acceptors[n % 2].accept(entry) for n, entry in enumerate(entries)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Accepted) for answer in answers) == 5
    assert await spent(database) == BUDGET.micros
