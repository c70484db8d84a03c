"""The sandbox line by line: what each line does, and what it says of itself."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.sandbox.lines import Kind, read_line
from glm_slackbot.sandbox.repl import Sandbox, open_sandbox
from glm_slackbot.sandbox.typed_lines import typed_lines


@pytest.fixture
def page() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
async def sandbox(page: io.StringIO, tmp_path: Path) -> AsyncIterator[Sandbox]:
    console = Console(file=page, width=100, highlight=False, markup=False, emoji=False)
    async with open_sandbox(console, tmp_path) as opened:
        yield opened


async def take(sandbox: Sandbox, *lines: str) -> None:
    for line in lines:
        await sandbox.take(line)


async def test_again_is_pressed_on_the_newest_message_that_has_it(
    sandbox: Sandbox, page: io.StringIO
) -> None:
    await take(sandbox, "/imagine a fox", "dm: a hare", "as ada", "press again")

    assert len(sandbox.images) == 3
    assert page.getvalue().rstrip().count("│ > a fox\n│ Asked by @ada") == 1


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("thanks @bot", "Draw this"), ("thanks @bot", "画这个"),
        ("/imagine a fox", "again"), ("/imagine a fox", "[再来一次]"),
    ],
)  # fmt: skip
async def test_a_button_is_found_by_its_name_in_either_language(
    sandbox: Sandbox, page: io.StringIO, said: str, label: str
) -> None:
    await take(sandbox, "as lin", "home", said)
    before = len(sandbox.images)
    await take(sandbox, f"press {label}")

    assert len(sandbox.images) == before + 1, page.getvalue()


async def test_of_both_languages_the_newest_button_is_pressed(
    sandbox: Sandbox, page: io.StringIO
) -> None:
    await take(sandbox, "/imagine a fox", "as lin", "/imagine a hare", "press Again")

    assert "lin presses [再来一次]." in page.getvalue()
    assert page.getvalue().rstrip().count("│ > a hare") > page.getvalue().count("│ > a fox")


async def test_delete_is_confirmed_and_seen_to_be_done(sandbox: Sandbox, page: io.StringIO) -> None:
    await take(sandbox, "/imagine a fox", "press [Delete]")

    assert "dana presses [Delete]. Slack asks: “Delete this result?" in page.getvalue()
    assert "GLM-Image removed the message “a fox” from #design." in page.getvalue()


async def test_the_bot_can_be_invited_and_asked_again(sandbox: Sandbox, page: io.StringIO) -> None:
    await take(sandbox, "in #random", "@bot a fox", "/imagine a fox")
    assert "GLM-Image is not in #random, so Slack does not tell it." in page.getvalue()
    assert sandbox.failed == 2

    await take(sandbox, "/invite @bot", "press Try again")
    assert len(sandbox.images) == 1


async def test_help_home_and_talk_ask_for_no_image(sandbox: Sandbox, page: io.StringIO) -> None:
    await take(sandbox, "help", "home", "/imagine", "@bot thanks", "in dm", "hi @bot", "")

    assert (sandbox.failed, sandbox.not_understood, sandbox.images) == (0, 0, [])
    assert "GLM-Image · Home tab of dana" in page.getvalue()


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("draw", "“draw” is nothing the sandbox knows"),
        ("as bob", "There is no “bob” here, only dana, ada, lin, gil."),
        ("in #nowhere", "There is no “#nowhere” here, only #design, #random, #atelier and dm."),
        ("press Again", "Dana sees no button [Again], but no button at all."),
        ("thread: @bot a fox", "Nothing is posted in #design yet, so there is no thread."),
    ],
)
async def test_a_line_nobody_could_act_out_gets_a_hint(
    sandbox: Sandbox, page: io.StringIO, line: str, hint: str
) -> None:
    await sandbox.take(line)

    assert hint in page.getvalue()
    assert sandbox.not_understood == 1


async def test_quit_ends_the_lines(sandbox: Sandbox) -> None:
    assert await sandbox.take("help")
    assert not await sandbox.take("quit")


async def test_what_takes_too_long_is_said_and_shown_later(
    page: io.StringIO, tmp_path: Path
) -> None:
    console = Console(file=page, width=100)
    async with open_sandbox(console, tmp_path, patience=0.05) as sandbox:
        await sandbox.take("/imagine a fox")
        assert "The bot is still at work after 0 s;" in " ".join(page.getvalue().split())
        async with asyncio.timeout(20):
            while not sandbox.images:
                await sandbox.take("")


async def test_two_real_api_keys_are_a_mistake(page: io.StringIO, tmp_path: Path) -> None:
    keys = {"zhipu_api_key": "a.b", "zai_api_key": "a.b"}
    with pytest.raises(SettingsError):
        async with open_sandbox(Console(file=page), tmp_path, real_api_keys=keys):
            pass


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ("/imagine", Kind.COMMAND, ""),
        ("/imagine a fox\nin snow", Kind.COMMAND, "a fox\nin snow"),
        ("/imaginex", Kind.UNKNOWN, "/imaginex"),
        ("@GLM-Image a fox", Kind.MENTION, "@GLM-Image a fox"),
        ("well @bot, a fox", Kind.MENTION, "well @bot, a fox"),
        ("@bottle", Kind.UNKNOWN, "@bottle"),
        ("Thread：@bot", Kind.THREAD, "@bot"),
        ("dm: a fox", Kind.DIRECT, "a fox"),
        ("press Draw this ", Kind.PRESS, "Draw this"),
        ("QUIT", Kind.QUIT, ""),
        ("  ", Kind.BLANK, ""),
    ],
)
def test_a_line_is_understood(typed: str, kind: Kind, words: str) -> None:
    line = read_line(typed)

    assert (line.kind, line.words) == (kind, words)


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ("/imagine a fox", True),
        ("/imagine thanks", True),
        ("/imagine help", False),
        ("@bot a fox", True),
        ("@bot thanks", False),
        ("well @bot", False),
        ("thread: a fox", False),
        ("dm: a fox", True),
        ("dm: 你好", False),
        ("press Again", False),
    ],
)
def test_it_is_known_which_lines_ask_for_an_image(typed: str, asks: bool) -> None:
    assert read_line(typed).asks_for_image is asks


async def test_typed_lines_are_given_one_by_one_with_a_prompt_before_each() -> None:
    reader, writer = os.pipe()
    os.write(writer, "one\n雪\n\nlast".encode())
    os.close(writer)
    prompts: list[None] = []
    lines = [line async for line in typed_lines(reader, lambda: prompts.append(None))]
    os.close(reader)

    assert lines == ["one", "雪", "", "last"]
    assert len(prompts) == 5
