"""``glm-slackbot`` in processes of their own that start at once: forked from one that has imported
everything. To start Python and import it anew is a second of work, some hundred times over.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import pkgutil
import runpy
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

from coverage import Coverage

import glm_slackbot

SECONDS = 60
SETTINGS = Path(__file__).parents[1] / "pyproject.toml"
STREAMS = (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))

OURS = [found.name for found in pkgutil.walk_packages(glm_slackbot.__path__, "glm_slackbot.")]
NEVER_IMPORTED = ("__main__", ".migrations.")

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "alembic.command",
        "coverage",
        *(name for name in OURS if not any(x in name for x in NEVER_IMPORTED)),
    ]
)


def run_warm(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, typed: str = ""
) -> CompletedProcess[str]:
    """Run the program to its end, in this folder and with these variables and no others."""
    with tempfile.TemporaryDirectory() as kept:
        streams = Path(kept)
        for name, _ in STREAMS:
            (streams / name).write_text(typed if name == "stdin" else "", "utf-8")
        life = (list(arguments), dict(env), folder, streams)
        process = _FORKS.Process(target=_measured_life, args=(_measured_into(), *life))
        process.start()
        process.join(SECONDS)
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
        process.close()
        told = [(streams / name).read_text("utf-8") for name in ("stdout", "stderr")]
    if code is None:
        raise TimeoutExpired(list(arguments), SECONDS, *told)
    return CompletedProcess(list(arguments), code, *told)


def _measured_into() -> str | None:
    """Where this run keeps what was executed; None where nobody measures."""
    measuring = Coverage.current()
    return None if measuring is None else measuring.get_data().base_filename()


def _measured_life(
    kept: str | None, arguments: list[str], env: dict[str, str], folder: Path, streams: Path
) -> None:
    if kept is None:
        _live(arguments, env, folder, streams)
        return
    measuring = Coverage(kept, data_suffix=True, config_file=str(SETTINGS))
    # That all is imported already is how these processes start; a warning would be in stderr.
    measuring.set_option("run:disable_warnings", ["already-imported", "module-not-measured"])
    measuring.start()
    try:
        _live(arguments, env, folder, streams)
    finally:
        measuring.stop()
        measuring.save()


def _live(arguments: list[str], env: dict[str, str], folder: Path, streams: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    for descriptor, (name, flags) in enumerate(STREAMS):
        opened = os.open(streams / name, flags)
        os.dup2(opened, descriptor)
        os.close(opened)
        mode = "r" if flags == os.O_RDONLY else "w"
        stream: io.TextIOWrapper = open(  # type: ignore[assignment]  # noqa: SIM115  # for its life
            descriptor, mode, encoding="utf-8", closefd=False
        )
        setattr(sys, name, stream)
    sys.argv = ["glm-slackbot", *arguments]
    runpy.run_module("glm_slackbot", run_name="__main__")
