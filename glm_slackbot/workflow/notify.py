"""Notices to admins: whom to tell, in whose language, and what is still true by then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import structlog

from glm_slackbot.domain.errors import BotError, UpstreamError
from glm_slackbot.domain.forgotten import is_mark
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.domain.quota import BUDGET_NOTICES, BUDGET_REFUSED, exceeds, month_of
from glm_slackbot.storage.limits import spent_since
from glm_slackbot.storage.notices import Notice
from glm_slackbot.workflow.account_notices import ACCOUNT_TROUBLES, account_notice
from glm_slackbot.workflow.admin import is_admin
from glm_slackbot.workflow.over_budget import is_over_budget, latest_of
from glm_slackbot.workflow.ports import AdminNotice, BudgetNotice, BudgetQuestion
from glm_slackbot.workflow.reader import ask_who_reads, reader_locale
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

QUESTION = "budget_asked:"
"""The cause of a question to the admins; a job's id follows."""
_PERCENTS = {text_id: percent for percent, text_id in BUDGET_NOTICES.items()}


async def send_notices(services: Services) -> None:
    """Send what is due; what Slack does not take now comes again later."""
    now = services.clock.now()
    while (notice := await services.notices.take_due(now)) is not None:
        try:
            await _send(services, notice)
        except BotError as error:  # of this workspace: others are told all the same
            log.info("a notice waits", cause=notice.cause, reason=str(error))


async def admins_to_tell(services: Services, about: Origin) -> Sequence[Origin]:
    """The admins of a workspace, from the first source that names any. Raises BotError."""
    for source in _SOURCES:
        if found := await source(services, about):
            return found
    return ()


async def _who_opened_home(services: Services, about: Origin) -> Sequence[Origin]:
    """Those who are admins still."""
    people = await services.people.admins_of(about.workspace_id)
    origins = [_person(about, team_id, user_id) for team_id, user_id in people]
    return [
        origin
        for origin in origins
        if is_admin(services, origin, await services.directory.look_up(origin))
    ]


async def _who_installed(services: Services, about: Origin) -> Sequence[Origin]:
    installation = await services.installations.find(about.team_id, about.enterprise_id)
    if installation is None or is_mark(installation.installer_id):
        return ()
    return [_person(about, about.team_id, installation.installer_id)]


async def _who_is_listed(services: Services, about: Origin) -> Sequence[Origin]:
    listed = services.admins.of_workspace(about.workspace_id)
    return [_person(about, about.team_id, user_id) for user_id in listed]


_SOURCES: tuple[Callable[[Services, Origin], Awaitable[Sequence[Origin]]], ...] = (
    _who_opened_home,
    _who_installed,
    _who_is_listed,
)
"""In the order in which they are asked."""


async def _send(services: Services, notice: Notice) -> None:
    words = await _still_true(services, notice)
    if words is None and not notice.told:
        await services.notices.take_back(notice)
        return
    if words is not None and not await _tell_admins(services, notice, words):
        log.warning("no admin could be told", cause=notice.cause, team=notice.team_id)
    await services.notices.end(notice)


async def _tell_admins(services: Services, notice: Notice, words: AdminNotice) -> bool:
    """Whether any was told; where nobody of one source can be, those of the next are."""
    about, told = _origin_of(notice), list(notice.told)
    for source in _SOURCES:
        for admin in await source(services, about):
            if admin.user_id not in told and await _tell(services, admin, words):
                told.append(admin.user_id)
                await services.notices.note_told(notice, told)
        if told:
            return True
    return False


async def _tell(services: Services, admin: Origin, words: AdminNotice) -> bool:
    """Whether they were told; one whom Slack lets nobody write to is passed over."""
    try:
        locale = (await ask_who_reads(services, admin)).locale
        locale = locale or await reader_locale(services, admin, "")
        await services.delivery.tell_admin(admin, words, locale)
    except UpstreamError:
        raise
    except BotError as error:
        log.warning("an admin could not be told", reason=str(error))
        return False
    return True


async def _still_true(services: Services, notice: Notice) -> AdminNotice | None:
    if notice.cause.startswith(QUESTION):
        job = await services.jobs.job(notice.cause.removeprefix(QUESTION))
        is_open = job is not None and is_over_budget(await latest_of(services, job))
        return BudgetQuestion(job) if job is not None and is_open else None
    if notice.cause in ACCOUNT_TROUBLES:
        return await account_notice(services, notice)
    return await _budget_notice(services, notice)


async def _budget_notice(services: Services, notice: Notice) -> BudgetNotice | None:
    """None where the budget was raised since, or what was reserved is given back."""
    budget = (await services.workspaces.find(notice.workspace_id)).settings.budget
    if budget is None:
        return None
    day = datetime.fromisoformat(notice.day).replace(tzinfo=UTC).timestamp()
    async with services.database.read() as connection:
        by_currency = await spent_since(connection, [notice.workspace_id], month_of(day)[0])
    spent = by_currency[notice.workspace_id, budget.currency]
    asked = int(notice.params.get("asked_micros", 0))
    if notice.cause == BUDGET_REFUSED:
        is_true = exceeds(used=spent, asked=asked, allowed=budget.micros)
    else:
        is_true = spent * 100 >= budget.micros * _PERCENTS[notice.cause]
    told = BudgetNotice(
        text_id=notice.cause,
        spent_micros=spent,
        budget_micros=budget.micros,
        currency=budget.currency,
        month=notice.day[:7],
        asked_micros=asked,
    )
    return told if is_true else None


def _origin_of(notice: Notice) -> Origin:
    return Origin(
        kind=OriginKind.MESSAGE,
        team_id=notice.team_id,
        enterprise_id=notice.enterprise_id,
        user_id="",
        channel_id="",
        dedupe_key="",
        is_org_wide=notice.workspace_id != notice.team_id,
    )


def _person(about: Origin, team_id: str, user_id: str) -> Origin:
    return Origin(
        kind=OriginKind.MESSAGE,
        team_id=team_id,
        enterprise_id=about.enterprise_id,
        user_id=user_id,
        channel_id="",
        dedupe_key="",
        is_org_wide=about.is_org_wide,
    )
