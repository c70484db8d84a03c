"""What is written is read back as it was."""

from __future__ import annotations

from factories import NOW, new_job

from glm_slackbot.domain.job import OriginKind
from glm_slackbot.domain.size import Size
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.jobs import JobStore


async def test_a_job_is_read_back_as_it_was_written(acceptor: Acceptor, store: JobStore) -> None:
    entry = new_job(
        kind=OriginKind.MENTION,
        enterprise_id="E1",
        thread_ts="1.5",
        message_ts="2.5",
        response_url="https://hooks.slack.test/x",
        prompt="一只狐狸 'quoted' 🦊\n--",
        size=Size(1728, 960),
        n=3,
        quality="hd",
        style="ink",
        avoid="text",
        watermark=False,
        locale="zh",
        needs_prompt=True,
    )
    await acceptor.accept(entry)

    stored = await store.job(entry.job.id)

    assert stored is not None
    assert (stored.origin, stored.request) == (entry.job.origin, entry.job.request)
    assert (stored.status, stored.created_at, stored.asked_at) == (entry.job.status, NOW, NOW)
    assert (stored.locale, stored.needs_prompt, stored.attempt) == ("zh", True, 0)
