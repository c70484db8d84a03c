"""Writing requests down: copies, quotas, groups."""

from __future__ import annotations

import asyncio

import pytest
from factories import NOW, draft_factory, new_draft, new_job
from peek import counted, rows
from sqlalchemy.exc import OperationalError

from glm_slackbot.domain.errors import QuotaError
from glm_slackbot.domain.quota import DAY_SECONDS
from glm_slackbot.domain.size import Size
from glm_slackbot.storage.accepting import write_entries
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.address import Address, parse_database_url
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.entries import Accepted, Duplicate, NewDraft
from glm_slackbot.storage.jobs import JobStore
from glm_slackbot.storage.tables import drafts, images, jobs


async def test_a_job_reserves_its_images_at_table_price(
    database: Database, acceptor: Acceptor
) -> None:
    await acceptor.accept(new_job(n=2, cost_micros=60_000))

    assert await counted(database) == [("pending", True, 60_000)] * 2


async def test_a_copy_is_told_the_id_of_the_first(acceptor: Acceptor) -> None:
    first = new_job(dedupe_key="same")
    await acceptor.accept(first)

    assert await acceptor.accept(new_job(dedupe_key="same")) == Duplicate(first.job.id)


async def test_a_copy_within_a_group_is_told_the_id_of_the_first(database: Database) -> None:
    first = new_job(dedupe_key="same")

    answers = await write_entries(database, [first, new_job(dedupe_key="same")])

    assert answers == [Accepted(0), Duplicate(first.job.id)]
    assert len(await rows(database, jobs)) == 1


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_draft_and_a_job_of_one_message_are_copies(
    database: Database, at_once: bool
) -> None:
    draft = new_draft(dedupe_key="same")
    job = new_job(dedupe_key="same")

    if at_once:
        answers = await write_entries(database, [draft, job])
    else:
        answers = [*await write_entries(database, [draft]), *await write_entries(database, [job])]

    assert answers == [Accepted(0), Duplicate(draft.draft.id)]
    assert not await rows(database, jobs)


async def test_a_draft_is_read_back_as_it_was_written(acceptor: Acceptor, store: JobStore) -> None:
    draft = draft_factory(text="谢谢", card_params={"asked": "x"}, drawable=False, thread_ts="1.2")

    await acceptor.accept(NewDraft(draft))

    assert await store.draft(draft.id) == draft
    assert await store.draft("another") is None


async def test_parameters_of_our_own_types_are_kept_as_words(
    acceptor: Acceptor, store: JobStore
) -> None:
    draft = draft_factory(card_params={"size": Size(1, 2), "models": ("a", "b")})

    await acceptor.accept(NewDraft(draft))

    stored = await store.draft(draft.id)
    assert stored is not None
    assert stored.card_params == {"size": "1x2", "models": ["a", "b"]}


async def test_nothing_to_write_writes_nothing(database: Database) -> None:
    assert await write_entries(database, []) == []


async def test_ahead_counts_unfinished_requests_of_the_same_api_key(acceptor: Acceptor) -> None:
    await acceptor.accept(new_job(api_key_id="other"))
    await acceptor.accept(new_job(user_id="U2"))

    assert await acceptor.accept(new_job()) == Accepted(1)


async def test_ahead_counts_within_a_group(database: Database) -> None:
    answers = await write_entries(database, [new_job(), new_job(), new_job()])

    assert answers == [Accepted(0), Accepted(1), Accepted(2)]


async def test_the_quota_counts_images_not_requests(acceptor: Acceptor) -> None:
    await acceptor.accept(new_job(n=3, daily_images=4))

    with pytest.raises(QuotaError) as caught:
        await acceptor.accept(new_job(n=2, daily_images=4, created_at=NOW + 60))

    assert caught.value.text_id == "quota.daily_images"
    assert caught.value.params == {
        "used": 3, "asked": 2, "allowed": 4, "frees_at": NOW + DAY_SECONDS,
    }  # fmt: skip


async def test_the_quota_holds_inside_a_group(database: Database) -> None:
    group = [new_job(n=2, daily_images=3), new_job(n=2, daily_images=3), new_job(daily_images=3)]

    first, second, third = await write_entries(database, group)

    assert (first, third) == (Accepted(0), Accepted(1))
    assert isinstance(second, QuotaError)
    assert second.params["used"] == 2
    assert second.params["frees_at"] == NOW + DAY_SECONDS


async def test_more_than_a_day_allows_never_frees_up(acceptor: Acceptor) -> None:
    with pytest.raises(QuotaError) as caught:
        await acceptor.accept(new_job(n=4, daily_images=3))

    assert caught.value.text_id == "quota.more_than_a_day_allows"


async def test_a_request_over_the_quota_leaves_no_row(
    database: Database, acceptor: Acceptor
) -> None:
    with pytest.raises(QuotaError):
        await acceptor.accept(new_job(daily_images=0))

    assert not await rows(database, jobs)
    assert not await rows(database, images)


async def test_after_a_day_the_quota_is_free_again(acceptor: Acceptor) -> None:
    await acceptor.accept(new_job(daily_images=1))

    with pytest.raises(QuotaError):
        await acceptor.accept(new_job(daily_images=1, created_at=NOW + DAY_SECONDS - 1))
    await acceptor.accept(new_job(daily_images=1, created_at=NOW + DAY_SECONDS))


@pytest.mark.parametrize("other", [{"user_id": "U2"}, {"team_id": "T2"}])
async def test_everybody_has_a_quota_of_their_own(
    acceptor: Acceptor, other: dict[str, str]
) -> None:
    await acceptor.accept(new_job(daily_images=1))

    assert isinstance(await acceptor.accept(new_job(daily_images=1, **other)), Accepted)


async def test_fifty_at_once_on_a_quota_of_three_make_three(
    database: Database, other_database: Database
) -> None:
    here, there = Acceptor(database), Acceptor(other_database)

    answers = await asyncio.gather(
        *(a.accept(new_job(daily_images=3)) for a in (here, there) * 25), return_exceptions=True
    )

    assert sum(isinstance(a, Accepted) for a in answers) == 3
    assert sum(isinstance(a, QuotaError) for a in answers) == 47
    assert len(await rows(database, images)) == 3


async def test_a_group_is_one_transaction(database: Database, acceptor: Acceptor) -> None:
    # The first is written alone; who comes meanwhile waits, and is written together.
    await asyncio.gather(*(acceptor.accept(new_job(user_id=f"U{n}")) for n in range(200)))

    assert len(await rows(database, jobs)) == 200


async def test_a_bad_entry_does_not_fail_its_neighbours(
    database: Database, acceptor: Acceptor
) -> None:
    bad = new_job(prompt="half a pair \ud83e")

    answers = await asyncio.gather(
        acceptor.accept(new_job()),
        acceptor.accept(bad),
        acceptor.accept(new_draft()),
        return_exceptions=True,
    )

    assert isinstance(answers[0], Accepted)
    assert isinstance(answers[1], Exception)
    assert isinstance(answers[2], Accepted)
    assert len(await rows(database, drafts)) == 1


@pytest.mark.parametrize("address", ["postgresql:///x?host=/nowhere", "without tables"])
async def test_a_database_that_is_away_fails_everyone_at_once(
    address: str, empty_sqlite: Address
) -> None:
    away = empty_sqlite if address == "without tables" else parse_database_url(address)
    database = Database(away)
    acceptor = Acceptor(database)

    answers = await asyncio.gather(
        *(acceptor.accept(new_job()) for _ in range(3)), return_exceptions=True
    )

    assert isinstance(answers[0], (OperationalError, OSError))
    assert answers[1] is answers[2] is answers[0], "asked once, told to all"
    await database.close()


async def test_the_acceptor_goes_on_after_a_failure(acceptor: Acceptor) -> None:
    with pytest.raises(Exception, match="surrogates"):
        await acceptor.accept(new_job(prompt="\ud83e"))

    assert await acceptor.accept(new_job()) == Accepted(0)
