"""The modal for a workspace's own API key. What is typed into it is shown nowhere again."""

from __future__ import annotations

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.storage.workspaces import Workspace
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.admin_controls import api_key_words, set_button, settings_button, warnings
from glm_slackbot.ui.blocks import actions as row
from glm_slackbot.ui.blocks import section
from glm_slackbot.ui.modal import View, field, form_view, one_of, option, words_view
from glm_slackbot.ui.words import Markup, error_words, say
from glm_slackbot.workflow.rules import Rules

PROVIDER_FIELD = "provider"
SECRET_FIELD = "secret"
"""Block ids: where Slack puts what was filled in, and where a mistake is shown."""


def api_key_title(locale: str) -> str:
    """What stands above every modal about the API key."""
    return text("api_key.title", locale)


def api_key_form(provider: str | None, locale: str) -> View:
    """The form: which provider, and the API key, which is never filled in beforehand."""
    providers = [option(p.value, text(_PROVIDERS[p], locale)) for p in Provider]
    secret = {"type": "plain_text_input"}
    return form_view(
        api_key_title(locale),
        locale,
        callback_id=actions.API_KEY_VIEW,
        submit=text("admin.save", locale),
        blocks=[
            section(say("api_key.explained", locale)),
            field(
                PROVIDER_FIELD,
                text("api_key.provider", locale),
                one_of("radio_buttons", providers, provider),
                optional=False,
            ),
            field(
                SECRET_FIELD,
                text("api_key.secret", locale),
                secret,
                hint=text("api_key.secret_hint", locale),
                optional=False,
            ),
        ],
    )


def opening_view(locale: str) -> View:
    """While Slack is asked who presses: a trigger would not live as long."""
    return words_view(api_key_title(locale), locale, say("admin.opening", locale))


def checking_view(locale: str) -> View:
    """While the provider is asked; without the form, so that nothing typed stays on screen."""
    return words_view(api_key_title(locale), locale, say("api_key.checking", locale))


def saved_view(provider: Provider, rules: Rules, locale: str) -> View:
    """The API key is saved; what another provider makes of the settings is said with it."""
    return _now(rules, locale, say("api_key.saved", locale, provider=provider.host))


def not_saved_view(error: BotError, workspace: Workspace, locale: str) -> View:
    """Why an API key was not saved, and that the old one, if any, still holds."""
    kept = "api_key.nothing_saved" if workspace.api_key is None else "api_key.old_stays"
    words = (error_words(error, locale), say(kept, locale))
    # Another one would fare no better where it is not the API key that is at fault.
    again = () if error.text_id.startswith("admin.") else (row(set_button(workspace, locale)),)
    return words_view(api_key_title(locale), locale, *words, more=again)


def accepted_view(provider: Provider, locale: str) -> View:
    """The test went well."""
    told = say("api_key.accepted", locale, provider=provider.host)
    return words_view(api_key_title(locale), locale, told)


def removed_view(rules: Rules, locale: str) -> View:
    """The API key is gone, and what images are bought with now."""
    left = api_key_words(rules.workspace, rules, locale)
    return _now(rules, locale, say("api_key.removed", locale), left)


def _now(rules: Rules, locale: str, *words: Markup) -> View:
    """What was done, what now keeps images from being made, and where it is settled."""
    told = warnings(rules, locale)
    more = (row(settings_button(rules.workspace.workspace_id, locale)),) if told else ()
    return words_view(api_key_title(locale), locale, *words, *told, more=more)


_PROVIDERS = {
    Provider.BIGMODEL: "api_key.of_bigmodel",
    Provider.ZAI: "api_key.of_zai",
}
