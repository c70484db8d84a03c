"""The settings in force, in words: for the Home tab, and after they were saved."""

from __future__ import annotations

from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.storage.workspaces import Workspace
from glm_slackbot.texts import listed
from glm_slackbot.ui.words import Markup, channel, say
from glm_slackbot.workflow.rules import Rules

SHOWN_CHANNELS = 20
"""A list may hold a hundred, each thirty characters in Slack's words."""


def settings_words(workspace: Workspace, rules: Rules, locale: str) -> Markup:
    """One line a subject: what holds now, whoever decided it."""
    lines = [
        _defaults(rules, locale),
        _quotas(rules, locale),
        _budget(rules, locale),
        _channels(rules, locale),
        _people(workspace.settings, locale),
        _language(workspace.settings, locale),
        say("settings.days_now", locale, days=workspace.settings.prompt_days),
    ]
    return Markup("\n".join(lines))


def _defaults(rules: Rules, locale: str) -> Markup:
    defaults = rules.defaults
    size = str(defaults.size) if defaults.size else say("settings.models_own", locale)
    line = say("settings.defaults_now", locale, model=defaults.model, size=size)
    return line if defaults.watermark else _and(line, say("settings.watermark_now", locale))


def _quotas(rules: Rules, locale: str) -> Markup:
    line = say(
        "settings.quotas_now",
        locale,
        request=rules.defaults.max_images,
        day=rules.limits.daily_images,
    )
    minute = rules.limits.minute_images
    return _and(line, say("settings.minute_now", locale, minute=minute)) if minute else line


def _budget(rules: Rules, locale: str) -> Markup:
    budget = rules.limits.budget
    if budget is None:
        return say("settings.no_budget_now", locale)
    return say("settings.budget_now", locale, budget_micros=budget.micros, currency=budget.currency)


def _channels(rules: Rules, locale: str) -> Markup:
    ids = rules.limits.channels
    if ids is None:
        return say("settings.everywhere_now", locale)
    shown = Markup(listed((channel(id_) for id_ in ids[:SHOWN_CHANNELS]), locale))
    if len(ids) > SHOWN_CHANNELS:
        shown = Markup(f"{shown} +{len(ids) - SHOWN_CHANNELS}")
    return say("settings.channels_now", locale, places=shown)


def _people(settings: WorkspaceSettings, locale: str) -> Markup:
    allowed = {
        (False, False): "settings.members_now",
        (True, False): "settings.guests_now",
        (False, True): "settings.strangers_now",
        (True, True): "settings.everybody_now",
    }
    return say(allowed[settings.allows_guests, settings.allows_strangers], locale)


def _language(settings: WorkspaceSettings, locale: str) -> Markup:
    named = {"en": "settings.english", "zh": "settings.chinese"}
    language = say(named.get(settings.locale or "", "settings.follow_person"), locale)
    return say("settings.language_now", locale, language=language)


def _and(*words: Markup) -> Markup:
    return Markup(" · ".join(words))
