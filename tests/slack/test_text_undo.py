"""What Slack sends becomes what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_slackbot.slack.text_undo import split_mention, undo_slack_text
from glm_slackbot.ui.words import escape

UNDONE = {
    "a &lt;b&gt; &amp; c": "a <b> & c",
    "typed &amp;lt; stays": "typed &lt; stays",
    "like <https://a.example/x?b=1&amp;c=2|this one>": "like this one",
    "like <https://a.example/x?b=1&amp;c=2>": "like https://a.example/x?b=1&c=2",
    "like <https://a.example/|>": "like https://a.example/",
    "ask <mailto:ann@a.example|ann@a.example>": "ask ann@a.example",
    "call <tel:+311234|> or <mailto:x@y.example>": "call +311234 or x@y.example",
    "for <@U1> and <@U2|bob> now": "for and now",
    "a <@U1> <@U2> b": "a b",
    "a\n<@U1> b": "a\nb",
    "in <#C1|general> there": "in #general there",
    "in <#C1|> or <#C2> there": "in or there",
    "hey <!here> <!channel|> you": "hey you",
    "hey <!here|here> <!subteam^S1|@team> you": "hey here @team you",
    "at <!date^1392734382^{date_short}|Feb 18> &lt;": "at Feb 18 <",
    "&lt;@U1&gt; typed, not meant": "<@U1> typed, not meant",
    "1 < 2 > 0, <3, <b>": "1 < 2 > 0, <3, <b>",
    "<https://a.example|&lt;@U1&gt;>": "<@U1>",
    "": "",
}


@pytest.mark.parametrize("sent", UNDONE)
def test_wrappers_are_taken_off_and_escapes_undone_once(sent: str) -> None:
    assert undo_slack_text(sent) == UNDONE[sent]


@pytest.mark.parametrize("sent", ["a\0 fox", "a \ud83d fox", "a fox \udd8a"])
def test_what_no_text_may_hold_does_not_reach_the_rows(sent: str) -> None:
    words = undo_slack_text(sent)
    assert "\0" not in words
    assert words.encode()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_text_without_wrappers_comes_out_as_it_was_typed(typed: str) -> None:
    assert undo_slack_text(escape(typed)) == typed


@given(st.text(alphabet="<>@#!|U1C^: ab&lt;gm\n", max_size=40))
def test_no_text_breaks_it(sent: str) -> None:
    assert isinstance(undo_slack_text(sent), str)
    assert "<@UBOT>" not in split_mention(f"{sent}<@UBOT>", "UBOT")[1]


MENTIONS = {
    "<@UBOT> a fox": (True, "a fox"),
    "<@UBOT>": (True, ""),
    " \n<@UBOT|glm>, a fox": (True, "a fox"),
    "<@UBOT>:a fox": (True, "a fox"),
    "<@UBOT>，一只狐狸": (True, "一只狐狸"),
    "<@UBOT>：一只狐狸": (True, "一只狐狸"),
    "<@UBOT> --ar 16:9": (True, "--ar 16:9"),
    "<@UBOT> a fox <@UBOT> at night": (True, "a fox at night"),
    "thanks <@UBOT> for that": (False, "thanks for that"),
    "<@UOTHER> <@UBOT> a fox": (False, "<@UOTHER> a fox"),
    "<@UBOTX> a fox": (False, "<@UBOTX> a fox"),
    "no mention": (False, "no mention"),
}


@pytest.mark.parametrize("sent", MENTIONS)
def test_a_mention_counts_as_the_first_word_only_at_the_start(sent: str) -> None:
    assert split_mention(sent, "UBOT") == MENTIONS[sent]
