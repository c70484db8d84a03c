from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from glm_slackbot.domain.errors import UnsureError
from glm_slackbot.domain.job import Job, Outcome
from glm_slackbot.texts import text
from glm_slackbot.ui import actions, result
from glm_slackbot.ui.blocks import SECTION_LIMIT, cut
from glm_slackbot.ui.words import Markup

MakeJob = Callable[..., Job]

FAILED = {"outcome": Outcome.WITHHELD, "error": UnsureError("unsure.deadline")}


def shown(job: Job, count: int = 1) -> str:
    card = result.result_card(job, job.images[:count], "en")
    return str(card.blocks)


def test_under_the_image_stands_what_was_asked_for(make_job: MakeJob) -> None:
    words = shown(make_job({}, style="ink", avoid="people"))
    for expected in ("a fox", "<@U1>", "glm-image", "1280x1280", "ink", "people"):
        assert expected in words


def test_the_plain_caption_says_the_same(make_job: MakeJob) -> None:
    job = make_job({"filter_level": 2}, prompt="a & b")
    comment = result.result_comment(job, job.images, "en")
    for expected in ("a &amp; b", "<@U1>", "1280x1280", text("result.sensitive", "en")):
        assert expected in comment


def test_both_buttons_carry_the_job_and_delete_asks_first(make_job: MakeJob) -> None:
    job = make_job({})
    again, delete = result.buttons_card(job, job.images, "en").blocks[-1]["elements"]
    assert (again["action_id"], delete["action_id"]) == (actions.AGAIN, actions.DELETE)
    assert again["value"] == delete["value"] == "J1"
    assert "confirm" in delete
    assert "confirm" not in again


def test_a_sensitive_image_carries_a_warning(make_job: MakeJob) -> None:
    assert "⚠️" in shown(make_job({"filter_level": 2}))
    assert "⚠️" not in shown(make_job({"filter_level": 3}))


def test_the_warning_names_the_sensitive_images(make_job: MakeJob) -> None:
    job = make_job({"filter_level": 3}, {"filter_level": 2}, {"filter_level": 2})
    assert "number: 2, 3" in shown(job, 3)


def test_missing_images_are_counted_with_their_reason_once(make_job: MakeJob) -> None:
    words = shown(make_job({}, FAILED, FAILED))
    assert "Images missing: 2 of 3" in words
    assert words.count(text("unsure.deadline", "en")) == 1
    assert text("result.missing_charged", "en") in words


def test_a_refused_image_is_missing_without_a_charge(make_job: MakeJob) -> None:
    words = shown(make_job({}, {"outcome": Outcome.REFUSED}))
    assert "Images missing: 1 of 2" in words
    assert text("result.missing_charged", "en") not in words


def test_an_image_that_was_tried_again_is_not_missing(make_job: MakeJob) -> None:
    job = make_job(FAILED, {}, n=1)
    card = result.result_card(job, job.images[1:], "en")
    assert "missing" not in str(card.blocks)


@pytest.mark.parametrize("suffix", ["png", ".png"])
def test_a_file_name_is_plain(make_job: MakeJob, suffix: str) -> None:
    job = make_job({})
    assert result.file_name(job, job.images[0], suffix) == "glm-image-J1-1.png"


def test_the_files_title_is_the_start_of_the_prompt(make_job: MakeJob) -> None:
    job = make_job({}, prompt="a <b>\nfox " * 30)
    assert result.file_title(job).startswith("a <b> fox a <b>")
    assert len(result.file_title(job)) <= 80


def test_a_file_always_has_a_title(make_job: MakeJob) -> None:
    job = make_job({})
    empty = replace(job, request=replace(job.request, prompt=" "))
    assert result.file_title(empty) == "glm-image"


@pytest.mark.parametrize("tail", ["&amp;" * 20, "<@U12345678>" * 20])
def test_a_cut_never_breaks_an_escape_or_a_person(tail: str) -> None:
    words = cut(Markup("x" * (SECTION_LIMIT - 33) + tail))
    assert len(words) <= SECTION_LIMIT
    assert words.rstrip("…").endswith((";", ">", "x"))
