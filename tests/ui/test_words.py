from __future__ import annotations

import pytest

from glm_slackbot.domain.errors import QuotaError, UserError
from glm_slackbot.domain.imagine import ImagineDefaults, parse_imagine
from glm_slackbot.ui.words import Markup, error_words, escape, joined, person, say, shorten, when


def test_words_of_people_cannot_ping_or_link() -> None:
    words = say("imagine.bad_ratio", "en", asked="<!channel> <https://x|y> &", example="")
    assert "&lt;!channel&gt; &lt;https://x|y&gt; &amp;" in words
    assert "<" not in words


def test_escaping_leaves_everything_else_as_typed() -> None:
    assert escape("“a” — 'b' `c` *d*") == "“a” — 'b' `c` *d*"


def test_markup_of_ours_passes_as_it_is() -> None:
    assert "<@U1>" in say("result.asked_by", "en", who=person("U1"))


def test_a_person_is_no_way_around_escaping() -> None:
    assert person("U1> <!channel") == "<@U1&gt; &lt;!channel>"


def test_who_is_forgotten_is_no_person_of_slacks() -> None:
    assert person("forgotten-1a2b") == "forgotten-1a2b"


def test_a_moment_of_freeing_up_is_the_minute_in_which_there_is_room() -> None:
    error = QuotaError("quota.minute_images", used=3, asked=1, allowed=3, frees_at=86400.2)
    assert "1970-01-02 00:01 UTC" in error_words(error, "en")


def test_numbers_are_formatted_plainly() -> None:
    assert "8: 3" in say("job.ahead", "en", ahead=3).replace("accepted", "8")
    assert say("job.images", "en", count=2.0) == "Images: 2"
    assert say("job.images", "en", count=2.5) == "Images: 2.5"


def test_a_list_and_an_example_are_in_the_readers_language() -> None:
    unknown, missing = mistake_in("a fox --shoe"), mistake_in("a fox --no")
    assert "`--size`, `--ar`" in error_words(unknown, "en")
    assert "`--size`、`--ar`" in error_words(unknown, "zh")
    assert '`--no "people, text"`' in error_words(missing, "en")
    assert '`--no "人物、文字"`' in error_words(missing, "zh")


def mistake_in(typed: str) -> UserError:
    with pytest.raises(UserError) as caught:
        parse_imagine(typed, ImagineDefaults())
    return caught.value


def test_a_time_is_shown_in_the_readers_zone() -> None:
    error = QuotaError("quota.daily_images", used=3, asked=1, allowed=3, frees_at=86400.0)
    shown = "<!date^86400^{date_short_pretty} {time}|1970-01-02 00:00 UTC>"
    assert shown in error_words(error, "en")


def test_a_time_falls_back_to_utc_in_chinese_too() -> None:
    assert when(0, "zh").endswith("|1970-01-01 00:00（UTC）>")


def test_an_error_speaks_with_its_parameters() -> None:
    assert "`--size`" in error_words(
        UserError("imagine.repeated_flag", flag="--size", example=""), "en"
    )


def test_a_long_prompt_is_shortened_to_one_line() -> None:
    assert shorten("a\n fox", 10) == "a fox"
    assert shorten("a fox in the snow", 7) == "a fox…"


def test_what_say_answers_may_be_said_again() -> None:
    assert isinstance(say("action.cancel", "en"), Markup)


def test_sentences_are_joined_as_the_language_wants() -> None:
    assert joined("en", "One.", None, "Two.") == "One. Two."
    assert joined("zh", "一。", "二。") == "一。二。"
