"""The page's Slack: the stand-in, and each parcel it sends becomes an entry of the traffic."""

from __future__ import annotations

from typing import Any

from glm_slackbot.sandbox.page.traffic import BOT, SLACK, Traffic
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_parcel import Answer, Parcel, ParcelKind
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn

EVENT_PAUSES = (1.0, 10.0, 60.0)
"""Seconds before an event is sent again. Slack's are 0, 60 and 300, too long to sit through."""


class PageSlack(SlackStandIn):
    """A workspace as the page shows it."""

    def __init__(self, traffic: Traffic, **given: Any) -> None:
        super().__init__(**given)
        self._traffic = traffic
        self.event_pauses = EVENT_PAUSES

    async def deliver(self, parcel: Parcel, attempt: int = 0, reason: str = "") -> Answer:
        answer = await super().deliver(parcel, attempt, reason)
        again = {"attempt": attempt, "reason": reason} if attempt else {}
        answered: Json = {"status": answer.status, "seconds": round(answer.seconds, 3)}
        answered |= {"error": answer.error} if answer.error else {}
        answered |= {"answer": answer.json or answer.body} if answer.body else {}
        detail = {"payload": parcel.payload, **again, **answered}
        self._traffic.note(SLACK, BOT, _name_of(parcel), ok=answer.ok, detail=detail)
        return answer


def _name_of(parcel: Parcel) -> str:
    payload = parcel.payload
    if parcel.kind is ParcelKind.COMMAND:
        return f"command {payload['command']}"
    if parcel.kind is ParcelKind.EVENT:
        return f"event {payload['event']['type']}"
    if payload["type"] == "block_actions":
        return f"block_actions {payload['actions'][0]['action_id']}"
    return f"{payload['type']} {payload['view'].get('callback_id', '')}".strip()
