"""What the transcript shows of what was sent."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from glm_slackbot.domain.size import Size
from glm_slackbot.sandbox.placeholder import draw_placeholder
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_file import FileStage, SlackFile
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.transcript import Transcript
from glm_slackbot.sandbox.transcript_blocks import block_lines
from glm_slackbot.sandbox.transcript_markup import read_mrkdwn
from glm_slackbot.sandbox.transcript_wrap import wrapped


@pytest.fixture
def page() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def transcript(slack: SlackStandIn, page: io.StringIO, tmp_path: Path) -> Transcript:
    console = Console(file=page, width=100, highlight=False, markup=False, emoji=False)
    return Transcript(slack.workspace, console, tmp_path / "images")


def from_bot(slack: SlackStandIn, text: str = "", **traits: object) -> Message:
    place = {"channel": "C1", "ts": slack.workspace.new_ts(), "user": "UBOT"}
    return slack.workspace.post(Message(**place | {"text": text} | traits))


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("asked by <@U3> in <#C1>", "asked by @lin in #design"),
        ("<!channel> look", "@channel look"),
        ("from <!date^1800000000^{date} {time}|2027-01-15 UTC>", "from 2027-01-15 UTC"),
        ("<https://a.example|here>", "here (https://a.example)"),
        ("*bold* _it_ ~no~ `--size *x*`", "bold it no `--size *x*`"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ],
)
def test_mrkdwn_is_read_as_slack_shows_it(slack: SlackStandIn, sent: str, read: str) -> None:
    assert read_mrkdwn(sent, slack.workspace).plain == read


def test_marks_keep_their_looks_for_a_terminal(slack: SlackStandIn) -> None:
    shown = read_mrkdwn("*bold* `code`", slack.workspace)

    assert [(shown.plain[s.start : s.end], s.style) for s in shown.spans] == [
        ("bold", "bold"),
        ("`code`", "cyan"),
    ]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ({"type": "section", "text": mrkdwn("one\ntwo &amp; <@U1>")}, ["one", "two & @dana"]),
        ({"type": "context", "elements": [mrkdwn("a &lt;"), plain("b &lt;")]}, ["a <   b &lt;"]),
        ({"type": "header", "text": plain("Head")}, ["Head"]),
        ({"type": "divider"}, ["─" * 20]),
        ({"type": "image", "alt_text": "a fox", "image_url": "https://a"}, ["(image: a fox)"]),
        ({"type": "video"}, ["(a block of the type video)"]),
    ],
)
def test_a_block_becomes_lines(slack: SlackStandIn, block: Json, lines: list[str]) -> None:
    assert [line.plain for line in block_lines([block], slack.workspace)] == lines


def test_a_quote_shows_the_words_literally(slack: SlackStandIn) -> None:
    words = {"type": "text", "text": "*a* <!channel>\nfox"}
    user = {"type": "user", "user_id": "U3"}
    quote = {"type": "rich_text_quote", "elements": [words, user]}
    lines = block_lines([{"type": "rich_text", "elements": [quote]}], slack.workspace)

    assert [line.plain for line in lines] == ["> *a* <!channel>", "> fox@lin"]


def test_buttons_stand_in_brackets_in_their_row(slack: SlackStandIn) -> None:
    buttons = [
        {"type": "button", "action_id": name, "text": plain(name)} for name in ("Again", "Delete")
    ]
    row = {"type": "actions", "elements": buttons}
    section = {"type": "section", "text": mrkdwn("x"), "accessory": buttons[0]}

    lines = block_lines([row, section], slack.workspace)

    assert [line.plain for line in lines] == ["[Again] [Delete]", "x", "[Again]"]


def test_who_and_where_stand_above_what_was_said(
    slack: SlackStandIn, transcript: Transcript, page: io.StringIO
) -> None:
    root = slack.say("look", user="U1", channel="C1")
    from_bot(slack, "here", thread_ts=root.ts)
    from_bot(slack, "psst", thread_ts=root.ts, only_for="U1")
    from_bot(slack, "hello", channel=slack.workspace.bot_dm("U3").id)
    transcript.show_news()

    heads = [line for line in page.getvalue().splitlines() if " · " in line]
    assert heads == [
        "dana · #design",
        "GLM-Image · #design · in a thread",
        "GLM-Image · #design · in a thread · only visible to dana",
        "GLM-Image · direct messages with lin",
    ]


def test_a_whisper_in_a_thread_without_an_answer_is_told_to_be_hidden(
    slack: SlackStandIn, transcript: Transcript, page: io.StringIO
) -> None:
    root = slack.say("look", user="U1", channel="C1")
    from_bot(slack, "psst", thread_ts=root.ts, only_for="U1")
    transcript.show_news()

    assert "for dana, hidden while the thread has no answer" in page.getvalue()


def test_what_came_and_went_between_two_looks_is_told(
    slack: SlackStandIn, transcript: Transcript, page: io.StringIO
) -> None:
    from_bot(slack, "Drawing for <@U1>:").deleted = True
    transcript.show_news()

    assert "│ Drawing for @dana:" in page.getvalue()
    assert "GLM-Image removed the message “Drawing for @dana:” from #design." in page.getvalue()


def test_a_changed_message_is_shown_again_and_an_unchanged_one_is_not(
    slack: SlackStandIn, transcript: Transcript, page: io.StringIO
) -> None:
    status = from_bot(slack, "Drawing")
    from_bot(slack, "other")
    transcript.show_news()
    status.text = "Ended"
    transcript.show_news()
    transcript.show_news()

    told = page.getvalue()
    assert told.count("│ other") == told.count("│ Drawing") == told.count("│ Ended") == 1
    assert "GLM-Image · #design · changed to\n│ Ended" in told


def image_file(content: bytes, name: str = "glm-image-1.png") -> SlackFile:
    file = SlackFile("F1", name, "UBOT", len(content), 0, "T1", title="a fox")
    file.stage, file.size, file.content = FileStage.READY, len(content), content
    return file


def test_an_image_is_shown_with_its_facts_and_saved_as_it_came(
    slack: SlackStandIn, transcript: Transcript, page: io.StringIO, tmp_path: Path
) -> None:
    png = draw_placeholder("a fox", Size(640, 512))
    from_bot(slack, files=[image_file(png)])
    transcript.show_news()

    saved = tmp_path / "images" / "glm-image-1.png"
    assert "│ ▣ glm-image-1.png, 640x512 PNG, " in page.getvalue()
    assert "title “a fox”" in page.getvalue()
    assert f"saved {saved}\n" in page.getvalue()
    assert saved.read_bytes() == png
    assert transcript.images == [saved]


def test_a_file_without_content_is_named_and_not_saved(
    slack: SlackStandIn, transcript: Transcript, page: io.StringIO
) -> None:
    slack.say("see", user="U1", channel="C1", files=["photo.jpg"])
    transcript.show_news()

    assert "▣ photo.jpg" in page.getvalue()
    assert transcript.images == []


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("", [""]),
        ("a fox in the snow", ["a fox in", "the snow"]),
        ("abcdefghijkl", ["abcdefghij", "kl"]),
        ("a.example 的内容政策", ["a.example", "的内容政策"]),
        ("雪地里的狐狸，清晨", ["雪地里的狐", "狸，清晨"]),
        ("雪地里的狐，清晨", ["雪地里的", "狐，清晨"]),
        ("清晨的光“柔和”", ["清晨的光", "“柔和”"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(line: str, rows: list[str]) -> None:
    assert [row.plain for row in wrapped(Text(line), 10)] == rows
