"""The names of our buttons, prefixed so that no other listener of a host app hears them."""

from __future__ import annotations

from typing import Final

CANCEL: Final = "glm_slackbot.cancel"
AGAIN: Final = "glm_slackbot.again"
DELETE: Final = "glm_slackbot.delete"
TRY_AGAIN: Final = "glm_slackbot.try_again"
DRAW_DRAFT: Final = "glm_slackbot.draw_draft"
ASK_ADMINS: Final = "glm_slackbot.ask_admins"
ALLOW_BUDGET: Final = "glm_slackbot.allow_budget"
SETTINGS: Final = "glm_slackbot.settings"
