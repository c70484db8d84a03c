"""What was used, by person and by workspace: both databases count alike."""

from __future__ import annotations

from datetime import UTC, datetime

from factories import job_factory, new_job
from peek import claim
from sqlalchemy import event

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.usage import LARGEST, Spent, UsageStore

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
DAY = 24 * 3600.0


async def test_a_person_sees_their_minute_day_and_month(
    database: Database, acceptor: Acceptor
) -> None:
    for age in (0.0, 30.0, 3600.0, 2 * DAY, 40 * DAY):
        await acceptor.accept(new_job(created_at=NOW - age))
    await acceptor.accept(new_job(user_id="U2", created_at=NOW))
    await acceptor.accept(new_job(currency="USD", cost_micros=15_000, created_at=NOW - 2 * DAY))

    used = await UsageStore(database).of_person("T1", "U1", NOW)

    assert (used.minute, used.day) == (2, 3)
    assert used.month == Spent(5, {"CNY": 400_000, "USD": 15_000})


async def test_who_used_nothing_sees_nothing(database: Database) -> None:
    used = await UsageStore(database).of_person("T1", "U1", NOW)
    assert (used.minute, used.day, used.month) == (0, 0, Spent(0, {}))


async def test_a_month_is_told_by_day_person_and_channel(
    database: Database, acceptor: Acceptor
) -> None:
    await acceptor.accept(new_job(n=2, created_at=NOW, user_id="U1", channel_id="C1"))
    await acceptor.accept(new_job(n=1, created_at=NOW - 3 * DAY, user_id="U2", channel_id="C1"))
    await acceptor.accept(new_job(team_id="T2", created_at=NOW))

    month = await UsageStore(database).month("T1", NOW)

    assert month.by_day == {18: Spent(1, {"CNY": 100_000}), 21: Spent(2, {"CNY": 200_000})}
    assert month.by_person == [
        ("U1", Spent(2, {"CNY": 200_000})),
        ("U2", Spent(1, {"CNY": 100_000})),
    ]
    assert month.by_channel == [("C1", Spent(3, {"CNY": 300_000}))]
    assert month.total == Spent(3, {"CNY": 300_000})
    assert (month.queued, month.running) == (2, 0)


async def test_direct_messages_are_one_place(database: Database, acceptor: Acceptor) -> None:
    for channel in ("D1", "D2", "C1"):
        await acceptor.accept(new_job(created_at=NOW, channel_id=channel))
    month = await UsageStore(database).month("T1", NOW)
    assert {name: spent.count for name, spent in month.by_channel} == {"D": 2, "C1": 1}


async def test_two_currencies_have_no_sum_so_the_largest_have_the_most_images(
    database: Database, acceptor: Acceptor
) -> None:
    dollars = {"currency": "USD", "cost_micros": 15_000}
    await acceptor.accept(new_job(created_at=NOW, user_id="U1"))
    await acceptor.accept(new_job(created_at=NOW, user_id="U2", n=2, **dollars))
    month = await UsageStore(database).month("T1", NOW)
    assert [user for user, _ in month.by_person] == ["U2", "U1"]


async def test_failures_are_counted_by_kind(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    for text_id in ("glm.policy", "glm.policy", "glm.balance"):
        await acceptor.accept(new_job(created_at=NOW))
        job = await claim(claims, NOW + 9)
        await checkpoints.end(job, JobStatus.FAILED, error=UserError(text_id))

    month = await UsageStore(database).month("T1", NOW)

    assert month.failures == [("glm.policy", 2), ("glm.balance", 1)]


async def test_the_largest_are_named_and_statements_do_not_grow_with_the_history(
    database: Database, acceptor: Acceptor
) -> None:
    for n in range(30):
        await acceptor.accept(new_job(user_id=f"U{n}", channel_id=f"C{n}", created_at=NOW))
    statements: list[str] = []
    engine = database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    month = await UsageStore(database).month("T1", NOW)

    assert len(month.by_person) == len(month.by_channel) == LARGEST
    assert len(statements) == 5


async def test_the_last_images_are_the_delivered_ones_newest_first(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    for n in range(3):
        await acceptor.accept(new_job(job_factory(id=f"J{n}", created_at=NOW + n)))
        job = await claim(claims, NOW + 9)
        await checkpoints.end(job, JobStatus.DELIVERED, delivered_at=NOW + n)
    await acceptor.accept(new_job(created_at=NOW + 9))

    assert [j.id for j in await UsageStore(database).last_jobs("T1", "U1", 2)] == ["J2", "J1"]
