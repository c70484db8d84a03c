"""Admins are told when the provider's account makes no more images: only they can mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from glm_slackbot.domain.errors import BotError, SetupError
from glm_slackbot.domain.job import Job
from glm_slackbot.storage.notices import TOLD, Notice
from glm_slackbot.workflow.ports import AccountNotice
from glm_slackbot.workflow.services import Services

ACCOUNT_TROUBLES: Final = frozenset(
    {
        "glm.account",
        "glm.api_key_refused",
        "glm.balance",
        "glm.fair_use",
        "glm.permission",
        "glm.plan",
        "glm.two_factor",
    }
)
"""Whatever is asked for, and whoever asks, ends with these. They are the causes of notices."""

_SINCE: Final = "since"
"""The parameter that says when it was."""


async def note_account_trouble(services: Services, job: Job) -> None:
    """Write the notices that a job's end gives cause for: once a cause and day."""
    now = services.clock.now()
    for error in _account_troubles(job):
        params = {**error.params, _SINCE: now}
        await services.notices.write(job.origin, error.text_id, params, now)


async def account_notice(services: Services, notice: Notice) -> AccountNotice | None:
    """None where another API key has been set since."""
    params = {name: value for name, value in notice.params.items() if name != TOLD}
    since = params.pop(_SINCE)
    api_key = (await services.workspaces.find(notice.workspace_id)).api_key
    if api_key is not None and api_key.set_at > since:
        return None
    return AccountNotice(SetupError(notice.cause, **params))


def _account_troubles(job: Job) -> Iterator[BotError]:
    errors = [job.error, *(image.error for image in job.images)]
    yield from (error for error in errors if error and error.text_id in ACCOUNT_TROUBLES)
