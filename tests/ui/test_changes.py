"""The audit log in words, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from glm_slackbot.domain.size import Size
from glm_slackbot.domain.workspace import Budget, WorkspaceSettings
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.ui.changes import change_words
from glm_slackbot.workflow.admin import settings_changes

START = WorkspaceSettings()
EVERY = WorkspaceSettings(
    model="cogview-4",
    size=Size(1024, 1024),
    max_images=2,
    daily_images=7,
    minute_images=3,
    budget=Budget(50_000_000, "CNY"),
    channels=tuple(f"C{n}" for n in range(100)),
    allows_guests=True,
    allows_strangers=True,
    watermark=False,
    locale="zh",
    prompt_days=0,
)


def words(act: Act, locale: str = "en", **details: Any) -> str:
    return change_words(AuditEntry("T1", 1_795_000_000.0, "U2", act, details), locale)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (WorkspaceSettings(budget=EVERY.budget), "budget a month: none → 50.00 CNY"),
        (WorkspaceSettings(size=EVERY.size), "default size: as the bot is set up → 1024x1024"),
        (WorkspaceSettings(channels=("C1", "G1")), "channels: all → <#C1>, <#G1>"),
        (WorkspaceSettings(allows_guests=True), "guests: no → yes"),
        (WorkspaceSettings(watermark=False), "watermark: yes → no"),
        (
            WorkspaceSettings(locale="zh"),
            "the one each person has set in Slack → Chinese (simplified)",
        ),
        (WorkspaceSettings(prompt_days=0), "days that prompts are kept: 365 → 0"),
    ],
)
def test_a_change_is_told_from_what_to_what(after: WorkspaceSettings, told: str) -> None:
    assert told in words(Act.SETTINGS_CHANGED, changes=settings_changes(START, after))
    old, new = told.split(": ")[-1].split(" → ")
    back = words(Act.SETTINGS_CHANGED, changes=settings_changes(after, START))
    assert f"{new} → {old}" in back


def test_changes_are_told_in_chinese_with_its_own_marks() -> None:
    after = WorkspaceSettings(allows_guests=True, watermark=False)
    told = words(Act.SETTINGS_CHANGED, "zh", changes=settings_changes(START, after))
    assert "访客：否 → 是；水印：是 → 否" in told


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_change_of_everything_fits_into_a_block(locale: str) -> None:
    told = words(Act.SETTINGS_CHANGED, locale, changes=settings_changes(START, EVERY))
    assert len(told) < 1000
    assert "cogview-4" in told
    assert "[" not in told


def test_it_is_told_whose_request_was_allowed_and_whose_images_were_deleted() -> None:
    assert "a request of <@U1> past" in words(Act.BUDGET_ALLOWED, job="j1", asker="U1")
    assert "images of <@U1>" in words(Act.RESULT_DELETED, job="j1", asker="U1")
