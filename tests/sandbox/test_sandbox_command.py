"""``glm-slackbot sandbox``: as a program, and its lines one by one."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console

import glm_slackbot
from glm_slackbot.app.settings import SettingsError
from glm_slackbot.sandbox.lines import Kind, read_line
from glm_slackbot.sandbox.repl import Sandbox, open_sandbox
from glm_slackbot.sandbox.typed_lines import typed_lines

COMMAND = [sys.executable, "-m", "glm_slackbot", "sandbox"]
NONSENSE = {
    "SLACK_BOT_TOKEN": "nonsense",
    "SLACK_APP_TOKEN": "nonsense",
    "SLACK_SIGNING_SECRET": "nonsense",
    "GLM_SLACKBOT_SIZE": "nonsense",
    "DATABASE_URL": "nonsense",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "PORT": "nonsense",
}


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    return kept | {"PYTHONPATH": str(Path(glm_slackbot.__file__).parents[1])} | more


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def start(*lines: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *lines],
            cwd=tmp_path,
            input=typed,
            env=environment(**more),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return start


def test_one_line_gives_a_clean_transcript_and_the_image(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("GLM_SLACKBOT_MODEL=nonsense\n")
    done = run("/imagine a cyberpunk city --size 1728x960", **NONSENSE)

    [saved] = (tmp_path / "sandbox-images").iterdir()
    with Image.open(saved) as image:
        assert image.size == (1728, 960)
    assert (done.returncode, done.stderr) == (0, "")
    assert "GLM-Image · #design · only visible to dana\n│ Request accepted." in done.stdout
    assert "│ Asked by @dana   Model: glm-image · Size: 1728x960" in done.stdout
    assert done.stdout.endswith(f"saved {Path('sandbox-images', saved.name)}\n")


def test_lines_are_read_from_a_pipe_in_utf_8(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    typed = "as lin\n\n@bot 雪地里的狐狸\nthread: @bot --ar 1:1\npress 删除"
    done = run("--save", "pictures", typed=typed, LC_ALL="C")

    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "pictures").iterdir())) == 2
    assert "│ 请求者：@lin   模型：glm-image · 尺寸：1280x1280" in done.stdout
    assert "GLM-Image removed the message “雪地里的狐狸” from #design." in done.stdout


def test_a_request_that_fails_exits_with_1_and_a_wrong_line_with_2(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert run("/imagine a fox --bogus").returncode == 1
    wrong = run("a fox")
    assert wrong.returncode == 2
    assert "write “/imagine a fox”" in wrong.stdout


def test_real_images_need_an_api_key_and_one_only(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    none = run("--real", "/imagine a fox")
    both = run("--real", "/imagine a fox", ZHIPU_API_KEY="a.b", ZAI_API_KEY="a.b")

    assert (none.returncode, both.returncode) == (2, 2)
    assert "--real needs an API key in the environment: ZHIPU_API_KEY" in none.stderr
    assert "ZAI_API_KEY" in both.stderr
    assert "Traceback" not in none.stderr + both.stderr


def test_real_says_what_it_costs_and_goes_out_for_the_image_alone(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9"}
    done = run("--real", "/imagine help", ZAI_API_KEY="a.b", **nowhere)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "Real images: api.z.ai gets your prompts and charges your account"
    )
    assert "How to make an image" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        COMMAND, cwd=tmp_path, env=environment(), encoding="utf-8", **pipes
    ) as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdin.write("help\n")
        running.stdin.flush()
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
        assert running.stderr.read() == ""


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
