from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from glm_slackbot.domain.errors import QuotaError, UpstreamError, UserError
from glm_slackbot.domain.job import Draft, Job
from glm_slackbot.texts import LOCALES, text
from glm_slackbot.ui import actions, budget_cards, cards, help, result
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.destination import Conversation
from glm_slackbot.ui.home import help_modal
from glm_slackbot.ui.notice_cards import admin_card
from glm_slackbot.workflow.ports import AccountNotice, BudgetNotice, BudgetQuestion

from .conftest import ORIGIN
from .reading import buttons, parts, shown

MakeJob = Callable[..., Job]
NASTY = "<!channel> & <https://x|y> " * 37
ERROR = UpstreamError("slack.unreachable")
HERE = Conversation("C1", "design")


def draft(card_text_id: str = "talk.not_first_word", **changes: Any) -> Draft:
    made = Draft("D1", ORIGIN, "a fox", "en", 0.0, card_text_id)
    return replace(made, **changes)


def budget_cards_of(job: Job, locale: str) -> dict[str, Card]:
    money = {"asked_micros": 10**9, "spent_micros": 0, "budget_micros": 10**12, "currency": "CNY"}
    error = QuotaError("quota.budget_reached", job=job.id, frees_at=0.0, **money)
    asked = replace(job, error=error)
    notice = BudgetNotice("notice.budget_100", 10**12, 10**12, "CNY", "2026-11")
    return {
        "over budget": cards.error_card(error, locale),
        "failed over budget": cards.failure_card(asked, error, locale=locale),
        "question": admin_card(BudgetQuestion(asked), locale),
        "budget notice": admin_card(notice, locale),
        "account notice": admin_card(AccountNotice(ERROR), locale),
        "asked": budget_cards.asked_card(job, locale, is_new=True),
        "asked before": budget_cards.asked_card(job, locale, is_new=False),
        "no admins": budget_cards.no_admins_card(locale),
        "allowed": budget_cards.allowed_card(job, locale, is_new=True),
        "allowed before": budget_cards.allowed_card(job, locale, is_new=False),
        "granted": budget_cards.granted_card(job, "U2", locale),
        "still refused": budget_cards.still_refused_card(job, ERROR, locale),
    }


def every_card(job: Job, locale: str) -> dict[str, Card]:
    return {
        **budget_cards_of(job, locale),
        "accepted": cards.accepted_card(
            job, ahead=3, locale=locale, read_in=HERE, note_text_id="imagine.small_side_note"
        ),
        "cancelled": cards.cancelled_card(job, locale),
        "too late": cards.too_late_card(job, locale),
        "not now": cards.not_now_card(job, locale),
        "already": cards.already_card(job, locale),
        "waiting": cards.waiting_card(job, "queue", 3, locale),
        "busy": cards.waiting_card(job, "provider_busy", 0, locale),
        "status": cards.status_card(job, locale),
        "ended": cards.ended_status_card(job, locale),
        "failure": cards.failure_card(job, ERROR, locale=locale),
        "error": cards.error_card(UserError("imagine.no_prompt"), locale, draft_id="D1"),
        "draft": cards.draft_card(draft(text=job.request.prompt), locale),
        "gone": cards.gone_card(locale),
        "not yours": cards.not_yours_card(locale),
        "deleted": cards.deleted_card(job, locale),
        "unexpected": cards.unexpected_card("ab12", locale),
        "unsaved": cards.unsaved_card(locale),
        "help": help.help_card(locale, "/imagine", "glm-image", 4),
        "result": result.result_card(job, job.images, locale),
        "buttons": result.buttons_card(job, job.images, locale),
    }


def assert_slack_takes(blocks: Any) -> None:
    assert 0 < len(blocks) <= 50
    for block in Block.parse_all(list(blocks)):
        block.validate_json()
    for part in parts(blocks):
        assert "alt_text" not in part
        if part.get("type") in {"mrkdwn", "plain_text", "text"}:
            assert 0 < len(part["text"]) <= 3000
        assert len(part.get("elements", [])) <= 10


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("prompt", ["a fox", NASTY, "", "&" * 1000, "狐" * 1000])
def test_slack_takes_every_card(make_job: MakeJob, prompt: str, locale: str) -> None:
    images = [{"filter_level": 2}, {"filter_level": 3}]
    job = make_job(*images, prompt=prompt, style=prompt or "ink", avoid="x", quality="hd")
    for card in every_card(job, locale).values():
        assert_slack_takes(card.blocks)
        assert 0 < len(card.text) <= 4000


@pytest.mark.parametrize("locale", LOCALES)
def test_words_of_people_can_neither_ping_nor_link(make_job: MakeJob, locale: str) -> None:
    job = make_job({}, prompt=NASTY, style=NASTY, avoid=NASTY)
    for card in every_card(job, locale).values():
        sinks = [p["text"] for p in parts(card.blocks) if p.get("type") == "mrkdwn"]
        for words in [card.text, *sinks, result.result_comment(job, (), locale)]:
            assert "<!channel" not in words
            assert "<https" not in words


@pytest.mark.parametrize("locale", LOCALES)
def test_every_button_has_a_name_of_ours_and_an_id(make_job: MakeJob, locale: str) -> None:
    for card in every_card(make_job({}), locale).values():
        for action_id, value in buttons(card).items():
            assert action_id.startswith("glm_slackbot.")
            assert value in {"J1", "D1", ORIGIN.team_id}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_help_over_home_is_what_slack_takes(locale: str) -> None:
    view = help_modal(locale, command="/draw", model="cogview-4", max_images=2)
    assert view["type"] == "modal"
    assert len(view["title"]["text"]) <= 24
    assert_slack_takes(view["blocks"])
    assert "/draw" in str(view)


def test_help_names_every_flag_and_size() -> None:
    words = shown(help.help_card("en", "/imagine", "glm-image", 3))
    for expected in ("--size WxH", "--no-watermark", "1 to 3", "1728x960", "watercolor"):
        assert expected in words


def test_an_accepted_request_shows_what_was_asked_for(make_job: MakeJob) -> None:
    job = make_job({}, {}, style="ink", avoid="people", quality="hd", watermark=False)
    words = shown(cards.accepted_card(job, ahead=3, locale="en", read_in=HERE))
    for expected in ("a fox", "glm-image", "1280x1280", "ink", "people", "hd", "3", "Watermark"):
        assert expected in words
    assert "Images: 2" in words


def test_an_accepted_request_can_be_cancelled(make_job: MakeJob) -> None:
    card = cards.accepted_card(make_job({}), ahead=0, locale="en", read_in=HERE)
    assert buttons(card) == {actions.CANCEL: "J1"}
    assert text("job.none_ahead", "en") in shown(card)


def test_the_status_message_names_the_asker_and_has_no_button(make_job: MakeJob) -> None:
    card = cards.status_card(make_job({}, prompt="fox " * 100), "en")
    assert "<@U1>" in card.text
    assert "fox…" in shown(card)
    assert len(shown(card)) < 150
    assert not buttons(card)


def test_a_status_without_words_of_its_own_says_where_they_come_from(make_job: MakeJob) -> None:
    card = cards.status_card(replace(make_job({}, prompt=""), needs_prompt=True), "en")
    assert text("job.prompt_of_thread", "en") in shown(card)


def test_the_public_line_at_the_end_tells_nothing_private(make_job: MakeJob) -> None:
    card = cards.ended_status_card(make_job({}, prompt="secret"), "en")
    assert "secret" not in card.text + shown(card)


def test_a_message_that_was_talk_can_still_be_drawn() -> None:
    card = cards.draft_card(draft(), "en")
    assert buttons(card) == {actions.DRAW_DRAFT: "D1"}
    assert "a fox" in shown(card)


def test_a_message_without_a_prompt_cannot_be_drawn() -> None:
    card = cards.draft_card(draft("talk.ask_for_words", drawable=False), "en")
    assert not buttons(card)


def test_a_draft_may_tell_an_error() -> None:
    card = cards.draft_card(
        draft("imagine.prompt_too_long", card_params={"length": 1200, "limit": 1000}), "en"
    )
    assert "1200" in card.text


def test_an_error_without_a_draft_has_no_button() -> None:
    assert not buttons(cards.error_card(UserError("imagine.no_prompt"), "en"))


def test_a_card_is_posted_without_previews_of_links() -> None:
    arguments = cards.gone_card("en").as_arguments()
    assert arguments["unfurl_links"] is False
    assert arguments["text"] == text("error.gone", "en")
    assert arguments["blocks"]


def test_a_question_to_the_admins_tells_where_a_prompt_comes_from_that_is_not_known_yet(
    make_job: MakeJob,
) -> None:
    card = budget_cards.question_card(replace(make_job(prompt=""), needs_prompt=True), "en")
    assert text("job.prompt_of_thread", "en") in shown(card)
    assert buttons(card) == {actions.ALLOW_BUDGET: "J1", actions.SETTINGS_AT_BUDGET: ORIGIN.team_id}
