"""What admins find on the Home tab: the API key's state, the settings, and the buttons for both."""

from __future__ import annotations

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.image_models import check_provider_has, model_named
from glm_slackbot.storage.workspaces import Workspace
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.blocks import Element, button, plain, section
from glm_slackbot.ui.blocks import actions as row
from glm_slackbot.ui.card import Block
from glm_slackbot.ui.settings_words import settings_words
from glm_slackbot.ui.words import Markup, error_words, person, say
from glm_slackbot.workflow.rules import Rules


def admin_blocks(workspace: Workspace, rules: Rules, locale: str) -> tuple[Block, ...]:
    """Four blocks of the Home tab, five where something must be mended; for admins only."""
    told = warnings(rules, locale)
    return (
        section(_titled("admin.api_key", api_key_words(workspace, rules, locale), locale)),
        *((section(Markup("\n".join(told))),) if told else ()),
        row(*_api_key_buttons(workspace, locale)),
        section(_titled("admin.settings", settings_words(workspace, rules, locale), locale)),
        row(settings_button(workspace.workspace_id, locale)),
    )


def warnings(rules: Rules, locale: str) -> list[Markup]:
    """What keeps this workspace from images, and an admin can mend."""
    told: list[Markup] = []
    if rules.setup_error is not None and rules.workspace.api_key is not None:
        told.append(error_words(rules.setup_error, locale))
    if rules.api_key is None:
        return told
    provider, budget = rules.api_key.provider, rules.limits.budget
    if budget is not None and budget.currency != provider.currency:
        told.append(
            say(
                "admin.budget_currency",
                locale,
                budget_micros=budget.micros,
                currency=budget.currency,
                bills=provider.currency,
            )
        )
    try:
        check_provider_has(model_named(rules.defaults.model), provider)
    except UserError:
        model = rules.defaults.model
        told.append(say("admin.model_missing", locale, model=model, provider=provider.host))
    return told


def settings_button(workspace_id: str, locale: str) -> Element:
    """Opens the settings."""
    return button(text("admin.open_settings", locale), actions.SETTINGS, workspace_id)


def _titled(title: str, words: Markup, locale: str) -> Markup:
    return Markup(f"*{say(title, locale)}*\n{words}")


def api_key_words(workspace: Workspace, rules: Rules, locale: str) -> Markup:
    """Whose API key images are bought with; of a secret no more than its end."""
    api_key = workspace.api_key
    if api_key is not None:
        return say(
            "admin.api_key_set",
            locale,
            provider=api_key.provider,
            end=api_key.end,
            who=person(api_key.set_by),
            set_at=api_key.set_at,
        )
    if rules.api_key is not None:
        return say("admin.api_key_shared", locale, provider=rules.api_key.provider.host)
    return say("admin.api_key_missing", locale)


def set_button(workspace: Workspace, locale: str) -> Element:
    """Opens the form for the API key."""
    looks = {} if workspace.api_key else {"style": "primary"}
    label = text("admin.set_api_key", locale)
    return button(label, actions.SET_API_KEY, workspace.workspace_id, **looks)


def _api_key_buttons(workspace: Workspace, locale: str) -> list[Element]:
    of = workspace.workspace_id
    buttons = [set_button(workspace, locale)]
    if workspace.api_key is not None:
        buttons += [
            button(text("admin.test_api_key", locale), actions.TEST_API_KEY, of),
            button(
                text("admin.remove_api_key", locale),
                actions.REMOVE_API_KEY,
                of,
                confirm=_confirm_removal(locale),
            ),
        ]
    return buttons


def _confirm_removal(locale: str) -> Element:
    return {
        "title": plain(text("admin.remove_title", locale)),
        "text": plain(text("admin.remove_question", locale)),
        "confirm": plain(text("admin.remove_api_key", locale)),
        "deny": plain(text("admin.keep_api_key", locale)),
        "style": "danger",
    }
