"""The audit log in words: who did what, one line an entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from glm_slackbot.domain.workspace import KEEP_PROMPTS_DAYS
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.texts import listed, text
from glm_slackbot.ui.words import Markup, channel, escape, money, person, say

_LONGEST: Final = 600
"""Characters of one entry; ten of them fit into a section."""
_SHOWN_CHANNELS: Final = 3


def change_words(entry: AuditEntry, locale: str) -> Markup:
    """Who did what, when; which settings, from what to what."""
    of = _OF.get(entry.act)
    return say(
        "home.change",
        locale,
        who=person(entry.user_id),
        what=say(_ACTS[entry.act], locale, **(of(entry.details, locale) if of else {})),
        changed_at=entry.at,
    )


def _provider(details: Mapping[str, Any], locale: str) -> dict[str, Any]:
    return {"provider": details.get("provider", "?")}


def _asker(details: Mapping[str, Any], locale: str) -> dict[str, Any]:
    return {"asker": person(str(details.get("asker", "?")))}


def _settings(details: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """As many as there is room for; the export has them all."""
    shown, room = list[str](), _LONGEST
    colon, between = ("：", "；") if locale == "zh" else (": ", "; ")
    for change in details.get("changes", ()):
        old, new = (_value(change["which"], change[end], locale) for end in ("from", "to"))
        words = Markup(f"{text(_WHICH[change['which']], locale)}{colon}{old} → {new}")
        room -= len(words)
        if room < 0:
            shown.append("…")
            break
        shown.append(words)
    return {"changes": Markup(between.join(shown))}


def _value(which: str, value: Any, locale: str) -> Markup:
    """A saved value; None is what holds before anybody has saved one."""
    if value is None and which == "prompt_days":
        return Markup(KEEP_PROMPTS_DAYS)
    if value is None:
        return say(_START.get(which, "audit.as_set_up"), locale)
    if isinstance(value, bool):
        return say("audit.yes" if value else "audit.no", locale)
    if which == "budget":
        return money(*value)
    if which == "size":
        return Markup("x".join(map(str, value)))
    if which == "channels":
        more = [f"+{len(value) - _SHOWN_CHANNELS}"] if len(value) > _SHOWN_CHANNELS else []
        shown = listed(map(channel, value[:_SHOWN_CHANNELS]), locale)
        return Markup(" ".join([shown, *more]))
    if which == "locale":
        return say({"en": "settings.english"}.get(value, "settings.chinese"), locale)
    return escape(str(value))


_ACTS: Final[Mapping[Act, str]] = {
    Act.API_KEY_SET: "audit.api_key_set",
    Act.API_KEY_REMOVED: "audit.api_key_removed",
    Act.SETTINGS_CHANGED: "audit.settings_changed",
    Act.BUDGET_ALLOWED: "audit.budget_allowed",
    Act.RESULT_DELETED: "audit.result_deleted",
    Act.INSTALLED: "audit.installed",
    Act.UNINSTALLED: "audit.uninstalled",
}
_WHICH: Final[Mapping[str, str]] = {
    "model": "audit.which_model",
    "size": "audit.which_size",
    "max_images": "audit.which_max_images",
    "daily_images": "audit.which_daily_images",
    "minute_images": "audit.which_minute_images",
    "budget": "audit.which_budget",
    "channels": "audit.which_channels",
    "allows_guests": "audit.which_allows_guests",
    "allows_strangers": "audit.which_allows_strangers",
    "watermark": "audit.which_watermark",
    "locale": "audit.which_locale",
    "prompt_days": "audit.which_prompt_days",
}
_START: Final[Mapping[str, str]] = {
    "minute_images": "audit.none",
    "budget": "audit.none",
    "channels": "audit.all",
    "allows_guests": "audit.no",
    "allows_strangers": "audit.no",
    "watermark": "audit.yes",
    "locale": "settings.follow_person",
}
"""What holds where nothing is saved, but for what the environment says."""
_OF: Final[Mapping[Act, Callable[[Mapping[str, Any], str], dict[str, Any]]]] = {
    Act.API_KEY_SET: _provider,
    Act.API_KEY_REMOVED: _provider,
    Act.SETTINGS_CHANGED: _settings,
    Act.BUDGET_ALLOWED: _asker,
    Act.RESULT_DELETED: _asker,
}
