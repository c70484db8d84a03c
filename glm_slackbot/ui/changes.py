"""Who changed what, in words: the audit log as admins read it on the Home tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.texts import text
from glm_slackbot.ui.blocks import cut
from glm_slackbot.ui.words import Markup, channel, escape, money, person, say

LONGEST = 280
"""Characters of a line: ten of them fit into one section."""
SHOWN_CHANNELS = 3

_ACTS: Mapping[Act, str] = {
    Act.API_KEY_SET: "audit.api_key_set",
    Act.API_KEY_TESTED: "audit.api_key_tested",
    Act.API_KEY_REMOVED: "audit.api_key_removed",
    Act.SETTINGS_CHANGED: "audit.settings_changed",
    Act.BUDGET_ALLOWED: "audit.budget_allowed",
    Act.RESULT_DELETED: "audit.result_deleted",
    Act.FORGED: "audit.forged",
    Act.INSTALLED: "audit.installed",
    Act.UNINSTALLED: "audit.uninstalled",
}
_SETTINGS: Mapping[str, str] = {
    "model": "settings.model",
    "size": "settings.size",
    "max_images": "settings.max_images",
    "daily_images": "settings.daily_images",
    "minute_images": "settings.minute_images",
    "budget": "audit.budget",
    "channels": "settings.channels",
    "allows_guests": "settings.guests",
    "allows_strangers": "settings.strangers",
    "watermark": "settings.watermark",
    "locale": "settings.language",
    "prompt_days": "settings.days",
}
_LANGUAGES: Mapping[object, str] = {"en": "settings.english", "zh": "settings.chinese"}


def change_line(entry: AuditEntry, locale: str) -> Markup:
    """One line of the log: who, what, when, and the particulars."""
    told = {
        "who": person(entry.user_id),
        "what": text(_ACTS[entry.act], locale),
        "changed_at": entry.at,
    }
    particulars = [*_settings(entry.details, locale), *_others(entry.details)]
    if not particulars:
        return say("home.change", locale, **told)
    listed = Markup(("；" if locale == "zh" else "; ").join(particulars))
    return cut(say("home.change_with", locale, particulars=listed, **told), LONGEST)


def _settings(details: Mapping[str, Any], locale: str) -> list[Markup]:
    return [
        say(
            "audit.changed",
            locale,
            which=text(_SETTINGS[change["which"]], locale),
            before=_value(change["which"], change["from"], locale),
            after=_value(change["which"], change["to"], locale),
        )
        for change in details.get("changes", ())
        if change["which"] in _SETTINGS
    ]


def _others(details: Mapping[str, Any]) -> list[Markup]:
    provider, asker = details.get("provider"), details.get("asker")
    return [
        *([escape(str(provider))] if provider else []),
        *([person(str(asker))] if asker else []),
    ]


def _value(which: str, value: Any, locale: str) -> Markup:
    """As the row keeps it, in words; None is as it was at the start."""
    if value is None:
        return say("audit.start", locale)
    if which == "budget":
        return money(*value)
    if which == "size":
        return Markup("x".join(str(side) for side in value))
    if which == "channels":
        shown = [channel(id_) for id_ in value[:SHOWN_CHANNELS]]
        more = [f"+{len(value) - SHOWN_CHANNELS}"] if len(value) > SHOWN_CHANNELS else []
        return Markup(" ".join([*shown, *more]))
    if which == "locale":
        return say(_LANGUAGES.get(value, "settings.follow_person"), locale)
    if isinstance(value, bool):
        return say("audit.yes" if value else "audit.no", locale)
    return escape(str(value))
