"""The names of our buttons, prefixed so that no other listener of a host app hears them."""

from __future__ import annotations

from typing import Final

CANCEL: Final = "glm_slackbot.cancel"
AGAIN: Final = "glm_slackbot.again"
DELETE: Final = "glm_slackbot.delete"
TRY_AGAIN: Final = "glm_slackbot.try_again"
SHOW_HELP: Final = "glm_slackbot.show_help"
DRAW_DRAFT: Final = "glm_slackbot.draw_draft"
ASK_ADMINS: Final = "glm_slackbot.ask_admins"
ALLOW_BUDGET: Final = "glm_slackbot.allow_budget"

SET_API_KEY: Final = "glm_slackbot.set_api_key"
TEST_API_KEY: Final = "glm_slackbot.test_api_key"
REMOVE_API_KEY: Final = "glm_slackbot.remove_api_key"
SETTINGS: Final = "glm_slackbot.settings"
SETTINGS_AT_BUDGET: Final = "glm_slackbot.settings_at_budget"

# Modals, by their callback_id.
API_KEY_VIEW: Final = "glm_slackbot.api_key_view"
SETTINGS_VIEW: Final = "glm_slackbot.settings_view"
