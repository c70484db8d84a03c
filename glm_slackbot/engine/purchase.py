"""One order until it is bought, or proven not to be. Sent again only in the latter case."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Final

from glm_slackbot.domain.retry import Trouble
from glm_slackbot.engine.not_made import purchase_failed, time_was_up
from glm_slackbot.engine.patience import Patience
from glm_slackbot.engine.progress import Progress
from glm_slackbot.engine.stopwatch import Stopwatch
from glm_slackbot.glm.answers import GeneratedImage
from glm_slackbot.glm.client import ApiKey, GLMImageClient, ImageOrder
from glm_slackbot.glm.errors import GLMError, Kind
from glm_slackbot.workflow.failures import provider_words, trouble_of

LAST_WORD_S: Final = 0.3
"""Ctrl-C ends the program within a second; so long an order under way may name its task."""


class Endpoint(StrEnum):
    """How an image is bought; both are waited for."""

    SYNC = "sync"
    ASYNC = "async"


class Purchase:
    """``buy`` gives an image, or the id of the task that makes it."""

    def __init__(
        self,
        client: GLMImageClient,
        api_key: ApiKey,
        order: ImageOrder,
        way: Endpoint,
        progress: Progress,
        watch: Stopwatch,
    ) -> None:
        self._client = client
        self._api_key = api_key
        self._order = order
        self._way = way
        self._progress = progress
        self._watch = watch
        self._patience = Patience(watch.clock)
        self._has_left = False
        """Whether the order of this try is on its way, perhaps in part."""

    async def buy(self) -> GeneratedImage | str:
        """Raises NotMade."""
        while True:
            if self._watch.left_s <= 0:
                raise time_was_up(None, self._watch.allowed_s)
            self._progress.ordering()
            try:
                return await self._to_its_last_word()
            except GLMError as error:
                if not error.safe_to_send_again:
                    raise purchase_failed(error, self._api_key) from error
                pause = self._pause(error)
                self._progress.turned_away(trouble_of(error), pause)
            await self._watch.clock.sleep(pause)

    async def _to_its_last_word(self) -> GeneratedImage | str:
        """Cancelled in the middle, it is given an instant to tell what was bought."""
        self._has_left = False
        posted = asyncio.ensure_future(self._post())
        try:
            return await asyncio.shield(posted)
        except asyncio.CancelledError:
            await self._hear_out(posted)
            raise

    async def _hear_out(self, posted: asyncio.Future[GeneratedImage | str]) -> None:
        if self._has_left:
            await asyncio.wait({posted}, timeout=LAST_WORD_S)
        posted.cancel()
        [said] = await asyncio.gather(posted, return_exceptions=True)
        if isinstance(said, GLMError) and not said.may_have_billed:
            self._progress.turned_away(trouble_of(said), 0.0)
        elif not self._has_left:
            self._progress.turned_away(Trouble.UNREACHABLE, 0.0)

    async def _post(self) -> GeneratedImage | str:
        left_s = self._watch.left_s
        if self._way is Endpoint.SYNC:
            self._progress.generating(0.0)
            generated = await self._client.generate(
                self._order, allowed_s=left_s, on_sending=self._leaves
            )
            self._progress.generated(generated)
            return generated
        task_id = await self._client.submit(self._order, allowed_s=left_s, on_sending=self._leaves)
        self._progress.submitted(task_id)
        return task_id

    def _leaves(self) -> None:
        self._has_left = True

    def _pause(self, error: GLMError) -> float:
        """How long to wait before the next try; raises NotMade when there is to be none."""
        pause = self._patience.pause(trouble_of(error), error.retry_after)
        if pause is not None and pause < self._watch.left_s:
            return pause
        if pause is None or error.kind is Kind.UNREACHABLE:
            raise purchase_failed(error, self._api_key) from error
        why = provider_words(error, self._api_key)
        raise time_was_up(why, self._watch.allowed_s) from error
