"""Workspaces that installed the bot by OAuth: how many, and can their tokens be read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.app.doctor.finding import Finding, failed, fine
from glm_slackbot.app.encryption import KeyFault, box_at_hand, old_key_back
from glm_slackbot.app.settings import Settings
from glm_slackbot.storage.secret_box import SecretBox
from glm_slackbot.storage.tables import installations

_NAME = "installs"


async def check_installations(connection: AsyncConnection, settings: Settings) -> list[Finding]:
    """A finding where OAuth is on, else none."""
    if not settings.is_oauth:
        return []
    query = select(
        installations.c.workspace_id,
        installations.c.sealed_bot_token,
        installations.c.sealed_refresh_token,
    ).order_by(installations.c.workspace_id)
    rows = (await connection.execute(query)).all()
    if not rows:
        return [fine(_NAME, "no workspace has installed the bot yet")]
    try:
        box = box_at_hand(settings)
    except KeyFault as fault:
        return [failed(_NAME, fault.words, fault.mend)]
    closed = [id_ for id_, *sealed in rows if not _all_open(box, sealed)]
    if closed:
        words = f"the tokens of {len(closed)} of {len(rows)} workspaces cannot be decrypted: "
        mend = f"{old_key_back(settings)}; or have it installed there anew"
        return [failed(_NAME, words + ", ".join(closed), mend)]
    return [fine(_NAME, f"workspaces: {len(rows)}, their tokens can be decrypted")]


def _all_open(box: SecretBox | None, sealed: Sequence[str | None]) -> bool:
    return box is not None and all(box.can_open(one) for one in sealed if one)
