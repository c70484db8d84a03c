"""The names of our buttons, prefixed so that no other listener of a host app hears them."""

from __future__ import annotations

from typing import Final

CANCEL: Final = "glm_slackbot.cancel"
AGAIN: Final = "glm_slackbot.again"
DELETE: Final = "glm_slackbot.delete"
TRY_AGAIN: Final = "glm_slackbot.try_again"
SHOW_HELP: Final = "glm_slackbot.show_help"
DRAW_DRAFT: Final = "glm_slackbot.draw_draft"
