"""``glm-slackbot sandbox``: as a program, and its lines one by one."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from warm import run_warm

import glm_slackbot

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
        return run_warm(["sandbox", *lines], environment(**more), tmp_path, typed)

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


def test_the_readme_shows_what_its_command_prints(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    [shown] = re.findall(r"```text\n\$ (.+?)```", readme, re.DOTALL)
    command, *transcript = shown.splitlines()
    _program, _sandbox, *lines = shlex.split(command)

    printed = _without_chance(run(*lines).stdout).splitlines()
    assert _without_chance("\n".join(transcript)).splitlines() == printed


def _without_chance(transcript: str) -> str:
    """Ids differ from run to run, and a short-lived status message may be seen or not."""
    words = re.sub(r"glm-image-[0-9a-f]{12}|[0-9]+ kB", "…", transcript)
    parts = words.strip().split("\n\n")
    return "\n\n".join(part for part in parts if "Drawing for" not in part)


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


def ctrl_c_counts() -> None:
    """A shell that runs the tests in its background has its children ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        COMMAND,
        cwd=tmp_path,
        env=environment(),
        encoding="utf-8",
        preexec_fn=ctrl_c_counts,  # noqa: PLW1509  # one thread forks here
        **pipes,
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
