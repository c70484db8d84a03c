"""What was filled in of the settings' form, and what of it was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glm_slackbot.domain.settings_form import SettingsForm
from glm_slackbot.listeners.payloads import Body, shown_of, values_of
from glm_slackbot.ui.settings_modal import BUDGET_FIELD, GUESTS, NO_WATERMARK, NOT_SET, STRANGERS

Values = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FilledIn:
    """The form. What an admin has left as it was shown, another one may have changed since."""

    form: SettingsForm
    changed: frozenset[str]


def filled_in(body: Body) -> FilledIn:
    """The form of a submission."""
    shown, values = shown_of(body), values_of(body)
    form, before = _form({**shown, **values}), _form(shown)
    changed = {
        name
        for block_id in values
        for name in _names(block_id)
        if block_id not in shown or getattr(form, name) != getattr(before, name)
    }
    return FilledIn(form, frozenset(changed))


def _names(block_id: str) -> tuple[str, ...]:
    """The settings that a block asks for; none where it is no block of ours."""
    if block_id.startswith(BUDGET_FIELD):
        return ("budget",)
    if block_id == "people":
        return ("allows_guests", "allows_strangers")
    return (block_id,) if block_id in SettingsForm.__dataclass_fields__ else ()


def _form(values: Values) -> SettingsForm:
    people, watermark = _ticked(values, "people"), _ticked(values, "watermark")
    budget_field = next((name for name in values if name.startswith(BUDGET_FIELD)), None)
    return SettingsForm(
        model=_chosen(values, "model"),
        size=_typed(values, "size"),
        max_images=_typed(values, "max_images"),
        daily_images=_typed(values, "daily_images"),
        minute_images=_typed(values, "minute_images"),
        budget=_typed(values, budget_field or ""),
        currency=budget_field and budget_field.removeprefix(BUDGET_FIELD),
        channels=tuple(values.get("channels", {}).get("selected_conversations") or ()),
        allows_guests=GUESTS in people,
        allows_strangers=STRANGERS in people,
        watermark=NO_WATERMARK not in watermark,
        locale=_chosen(values, "locale"),
        prompt_days=_typed(values, "prompt_days"),
    )


def _typed(values: Values, name: str) -> str:
    return str(values.get(name, {}).get("value") or "")


def _chosen(values: Values, name: str) -> str | None:
    chosen = (values.get(name, {}).get("selected_option") or {}).get("value")
    return None if chosen in (None, NOT_SET) else str(chosen)


def _ticked(values: Values, name: str) -> set[str]:
    options = values.get(name, {}).get("selected_options") or ()
    return {str(option.get("value")) for option in options}
