"""ports.Delivery over Slack: which client, then one call down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.errors import BotError, UnsureError
from glm_slackbot.domain.job import Draft, Image, Job, Origin, OriginKind
from glm_slackbot.glm.spool import SpooledImage
from glm_slackbot.slack import sharing, status
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import ClientFor
from glm_slackbot.slack.deleting import delete_result
from glm_slackbot.slack.own_name import OwnName
from glm_slackbot.slack.places import Places
from glm_slackbot.slack.response_url import respond
from glm_slackbot.slack.telling import Telling
from glm_slackbot.slack.upload import Sleep, upload_file
from glm_slackbot.ui.cards import draft_card, failure_card, waiting_card
from glm_slackbot.ui.notice_cards import admin_card
from glm_slackbot.ui.result import file_name
from glm_slackbot.workflow.ports import AdminNotice, FileLook, Place, SharePlan, Waiting


class SlackDelivery:
    """Speaks to people in Slack. ``http`` carries the bytes, ``session`` all other calls.

    ``own_name`` where the app is not ours, and so not named as our manifest names it.
    """

    def __init__(
        self,
        client_for: ClientFor,
        http: httpx.AsyncClient,
        session: aiohttp.ClientSession,
        clock: Callable[[], float],
        *,
        sleep: Sleep = asyncio.sleep,
        own_name: OwnName | None = None,
    ) -> None:
        self._client_for = client_for
        self._http = http
        self._session = session
        self._sleep = sleep
        self._places = Places(client_for, clock)
        self._own_name = own_name
        self._telling = Telling(client_for, session, self._places, clock)

    async def find_place(self, origin: Origin) -> Place:
        """Where the bot can post for this origin; SetupError says how to invite it."""
        return await self._places.find(origin)

    async def show_status(self, job: Job) -> str:
        """Post the small status message in the thread; answers its ts."""
        return await status.show_status(await self._client(job), job)

    async def remove_status(self, job: Job) -> None:
        """Delete the status message; one that is gone already is fine."""
        await status.remove_status(await self._client(job), job)

    async def end_status(self, job: Job) -> None:
        """Turn the status message into one neutral line that tells nothing private."""
        await status.end_status(await self._client(job), job)

    async def upload(self, job: Job, image: Image, spooled: SpooledImage) -> str:
        """Put the bytes up; answers the file id. Nobody sees the file yet."""
        name = file_name(job, image, spooled.suffix)
        client = await self._client(job)
        return await upload_file(client, self._http, spooled, name, sleep=self._sleep)

    async def share(self, job: Job, images: Sequence[Image], plan: SharePlan) -> None:
        """Complete the files into the place. Raises BlocksRefused or FileGone."""
        await sharing.share_files(await self._client(job), job, images, plan)

    async def post_buttons(self, job: Job, images: Sequence[Image]) -> str:
        """The second message of TWO_MESSAGES; answers its ts."""
        return await sharing.post_buttons(await self._client(job), job, images)

    async def look_at_file(self, job: Job, file_id: str) -> FileLook:
        """What Slack knows of a file."""
        return await sharing.look_at_file(await self._client(job), job, file_id)

    async def permalink(self, job: Job, message_ts: str) -> str:
        """Slack's link to a message in the job's place."""
        asked = {"channel": job.post_channel, "message_ts": message_ts}
        client = await self._client(job)
        answer = await ask(client, "chat.getPermalink", asked, as_form=True)
        return str(answer["permalink"])

    async def tell_failure(self, job: Job, error: BotError, *, late: bool) -> None:
        """Tell the asker privately; late and unsure ones go as a direct message too."""
        if self._own_name is not None:
            error = await self._own_name.put_into(error, job.origin)
        card = failure_card(job, error, locale=job.locale)
        away = late or isinstance(error, UnsureError)
        await self._telling.tell(job, card, also_directly=away)

    async def tell_waiting(self, job: Job, why: Waiting, ahead: int) -> None:
        """The one note that the wait grows long."""
        card = waiting_card(job, why, ahead, job.locale)
        if job.origin.kind is OriginKind.MESSAGE and job.status_ts:
            # Nobody else reads there, and the note goes when the status message goes.
            await status.change_status(await self._client(job), job, card)
        else:
            await self._telling.tell(job, card)

    async def answer_draft(self, draft: Draft) -> None:
        """Post the private card that answers a message without making an image."""
        await self._telling.answer(draft, draft_card(draft, draft.locale))

    async def respond(
        self, response_url: str, message: Mapping[str, object], *, replace_original: bool = False
    ) -> None:
        """Answer the press of a button, in private."""
        await respond(self._session, response_url, message, replace_original=replace_original)

    async def send_directly(self, origin: Origin, message: Mapping[str, object]) -> None:
        """Post into the bot's direct message with the origin's person."""
        channel = await self._places.direct_channel(origin)
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        await ask(client, "chat.postMessage", {"channel": channel, **message})

    async def tell_admin(self, admin: Origin, notice: AdminNotice, locale: str) -> None:
        """Tell the origin's person, an admin, in the bot's direct message with them."""
        await self.send_directly(admin, admin_card(notice, locale).as_arguments())

    async def delete_result(self, job: Job, channel_id: str, message_ts: str) -> None:
        """Delete a result: its messages and its files. What is gone already is fine."""
        await delete_result(await self._client(job), job, channel_id, message_ts)

    async def publish_home(self, origin: Origin, view: Mapping[str, object]) -> None:
        """Show a person's Home tab."""
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        await ask(client, "views.publish", {"user_id": origin.user_id, "view": dict(view)})

    async def open_view(self, origin: Origin, trigger_id: str, view: Mapping[str, object]) -> str:
        """Open a modal within the trigger's 3 seconds; answers its view id."""
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        asked = {"trigger_id": trigger_id, "view": dict(view)}
        return str((await ask(client, "views.open", asked))["view"]["id"])

    async def update_view(self, origin: Origin, view_id: str, view: Mapping[str, object]) -> None:
        """Show something else in a modal that is open; one that is closed is fine."""
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        asked = {"view_id": view_id, "view": dict(view)}
        await ask(client, "views.update", asked, expected={"not_found"})

    async def _client(self, job: Job) -> AsyncWebClient:
        return await self._client_for(job.origin.team_id, job.origin.enterprise_id)
