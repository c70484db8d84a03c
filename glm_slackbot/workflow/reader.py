"""In which language somebody reads: the workspace's where its admins chose one, else Slack's.

Until Slack has told, it is that of what they wrote.
"""

from __future__ import annotations

from dataclasses import replace

from glm_slackbot.domain.job import Draft, Origin
from glm_slackbot.storage.workspaces import Workspace
from glm_slackbot.texts import guess_locale
from glm_slackbot.workflow.ports import Person
from glm_slackbot.workflow.services import Services


async def reader_locale(services: Services, origin: Origin, words: str) -> str:
    """The language to answer in, without asking Slack."""
    workspace = await services.workspaces.find(origin.workspace_id)
    return await locale_in(services, workspace, origin, words)


async def locale_in(services: Services, workspace: Workspace, origin: Origin, words: str) -> str:
    """The same for a workspace that is read already."""
    if workspace.settings.locale is not None:
        return workspace.settings.locale
    return await services.people.locale(origin) or guess_locale(words)


async def ask_who_reads(services: Services, origin: Origin) -> Person:
    """Ask Slack about a person, and remember the language it tells."""
    person = await services.directory.person(origin)
    if person.locale is not None:
        await services.people.learn(origin, person.locale)
    workspace = await services.workspaces.find(origin.workspace_id)
    return replace(person, locale=workspace.settings.locale or person.locale)


async def in_its_readers_language(services: Services, draft: Draft) -> Draft:
    """The draft as its card is worded: in Slack's language where Slack tells it."""
    person = await ask_who_reads(services, draft.origin)
    return replace(draft, locale=person.locale or draft.locale)
