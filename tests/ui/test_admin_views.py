"""What admins are shown fits into Slack, with the longest of everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.views import View as SlackView

from glm_slackbot.domain.errors import SetupError, UserError
from glm_slackbot.domain.image_models import MODELS, Provider
from glm_slackbot.domain.imagine import ImagineDefaults
from glm_slackbot.domain.size import Size
from glm_slackbot.domain.workspace import Budget, Limits, WorkspaceSettings
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.sandbox.slack_methods_views import shown_instead
from glm_slackbot.storage.workspaces import SealedApiKey, Workspace
from glm_slackbot.texts import LOCALES, text
from glm_slackbot.ui import actions, admin_controls, api_key_modal, settings_modal
from glm_slackbot.ui.modal import View
from glm_slackbot.workflow.rules import Rules

from .reading import parts

LONG_ID = "U" + "1" * 30
SEALED = SealedApiKey("bigmodel", "sealed", "<!a>", LONG_ID, 1e9)
SETTINGS = WorkspaceSettings(
    model="cogview-4-250304",
    size=Size(2048, 2048),
    max_images=10,
    daily_images=1_000_000,
    minute_images=1000,
    budget=Budget(100_000_000_000_000, "CNY"),
    channels=tuple(f"C{n:030}" for n in range(100)),
    allows_guests=True,
    watermark=False,
    locale="zh",
    prompt_days=760,
)
INSTALLATION = ImagineDefaults(model="cogview-4-250304", size=Size(1024, 1024), max_images=10)


def rules(settings: WorkspaceSettings = SETTINGS, **changes: Any) -> Rules:
    workspace = Workspace("T" + "1" * 30, settings, SEALED)
    made = Rules(
        workspace=workspace,
        defaults=settings.defaults(INSTALLATION),
        limits=Limits.of(settings, daily_images=50),
        api_key=ApiKey(Provider.BIGMODEL, "id.secret"),
        setup_error=None,
    )
    return replace(made, **changes)


UNREADABLE = rules(api_key=None, setup_error=SetupError("setup.api_key_unreadable"))
AT_ZAI = rules(replace(SETTINGS, model="cogview-4"), api_key=ApiKey(Provider.ZAI, "id.secret"))
NEW = rules(WorkspaceSettings(), workspace=Workspace("T1"), api_key=None)
SHARED = replace(NEW, api_key=ApiKey(Provider.ZAI, "id.secret"))
EVERY = {"all": rules(), "unreadable": UNREADABLE, "z.ai": AT_ZAI, "new": NEW, "shared": SHARED}


def every_view(of: Rules, locale: str) -> list[View]:
    error = UserError("admin.not_admin")
    return [
        api_key_modal.api_key_form("z.ai", locale),
        api_key_modal.api_key_form(None, locale),
        api_key_modal.opening_view(locale),
        api_key_modal.checking_view(locale),
        api_key_modal.saved_view(Provider.ZAI, of, locale),
        api_key_modal.not_saved_view(error, of.workspace, locale),
        api_key_modal.not_saved_view(SetupError("api_key.nothing_saved"), of.workspace, locale),
        api_key_modal.accepted_view(Provider.ZAI, locale),
        api_key_modal.removed_view(of, locale),
        settings_modal.settings_form(of, INSTALLATION, 1_000_000, locale),
        settings_modal.settings_form(of, INSTALLATION, 1_000_000, locale, at_budget=True),
        settings_modal.opening_settings_view(locale),
        settings_modal.saving_view(locale),
        settings_modal.saved_settings_view(["model"], of, locale),
    ]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("of", EVERY.values(), ids=EVERY)
def test_slack_takes_every_modal(of: Rules, locale: str) -> None:
    for view in every_view(of, locale):
        shown_instead(view)
        SlackView(**view).validate_json()
        assert "private_metadata" not in view


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("of", EVERY.values(), ids=EVERY)
def test_slack_takes_the_admins_part_of_home(of: Rules, locale: str) -> None:
    blocks = list(admin_controls.admin_blocks(of.workspace, of, locale))
    assert len(blocks) <= 5
    SlackView(type="home", blocks=blocks).validate_json()
    shown_instead({"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": blocks})
    words = [p["text"] for p in parts(blocks) if p.get("type") == "mrkdwn"]
    assert all("<!a>" not in w and len(w) <= 3000 for w in words)
    assert {p["value"] for p in parts(blocks) if p.get("type") == "button"} == {
        of.workspace.workspace_id
    }


def labels(of: Rules) -> set[str]:
    blocks = admin_controls.admin_blocks(of.workspace, of, "en")
    return {p["action_id"] for p in parts(blocks) if p.get("type") == "button"}


def test_what_is_not_there_can_neither_be_tested_nor_removed() -> None:
    always = {actions.SET_API_KEY, actions.SETTINGS}
    assert labels(NEW) == labels(SHARED) == always
    assert labels(UNREADABLE) == always | {actions.TEST_API_KEY, actions.REMOVE_API_KEY}


def warned(of: Rules) -> str:
    return " ".join(admin_controls.warnings(of, "en"))


def test_admins_are_warned_of_what_keeps_images_from_being_made() -> None:
    assert warned(rules()) == warned(NEW) == warned(SHARED) == ""
    assert "cannot be decrypted" in warned(UNREADABLE)
    assert "bills in USD" in warned(AT_ZAI)
    assert "api.z.ai does not have" in warned(AT_ZAI)


def test_the_api_key_is_never_filled_in_beforehand() -> None:
    secret = api_key_modal.api_key_form("z.ai", "en")["blocks"][-1]["element"]
    assert secret == {"action_id": "glm_slackbot.secret", "type": "plain_text_input"}


def elements(of: Rules) -> dict[str, dict[str, Any]]:
    view = settings_modal.settings_form(of, INSTALLATION, 50, "en")
    fields = [block for block in view["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block["element"] for block in fields}


def test_the_form_offers_the_models_of_the_provider() -> None:
    def offered(of: Rules) -> list[str]:
        return [o["value"] for o in elements(of)["model"]["options"]]

    assert offered(SHARED) == ["not_set", "glm-image", "cogview-4-250304"]
    assert offered(NEW) == ["not_set", *MODELS]


@pytest.mark.parametrize(
    ("micros", "shown"), [(50_000_000, "50"), (12_500_000, "12.5"), (0, "0"), (1, "0.000001")]
)
def test_a_budget_is_shown_as_it_may_be_typed(micros: int, shown: str) -> None:
    of = rules(replace(SETTINGS, budget=Budget(micros, "CNY")))
    assert elements(of)["budget_CNY"]["initial_value"] == shown


def test_a_budget_of_another_currency_is_not_filled_in() -> None:
    assert "initial_value" not in elements(AT_ZAI)["budget_USD"]
    assert not [name for name in elements(NEW) if name.startswith("budget")]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_watermark_is_offered_with_a_word_on_the_disclaimer(locale: str) -> None:
    view = settings_modal.settings_form(NEW, INSTALLATION, 50, locale)
    (hint,) = [b["hint"]["text"] for b in view["blocks"] if b.get("block_id") == "watermark"]
    assert hint == text("settings.watermark_hint", locale)
    assert {"en": "disclaimer", "zh": "免责声明"}[locale] in hint


@pytest.mark.parametrize("minute", [None, 7])
@pytest.mark.parametrize("strangers", [True, False])
@pytest.mark.parametrize("guests", [True, False])
def test_the_settings_in_force_are_told(guests: bool, strangers: bool, minute: int | None) -> None:
    of = rules(
        WorkspaceSettings(
            allows_guests=guests, allows_strangers=strangers, minute_images=minute, channels=("C1",)
        )
    )
    view = settings_modal.saved_settings_view([], of, "en")
    words = " ".join(p["text"] for p in parts(view["blocks"]) if p.get("type") == "mrkdwn")
    assert "<#C1>" in words
    assert ("not for guests" in words) is (not guests)
    assert ("in a minute: 7" in words) is (minute == 7)
