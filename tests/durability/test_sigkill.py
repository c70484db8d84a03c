"""SIGKILL before and after each commit of a job's life, then a second start: nothing is lost,
nothing is bought or shown twice.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from databases import SqliteFiles

from glm_slackbot.sandbox.glm_weather import error, fails

from .towns import Town, open_town, until

AT_ONCE = 5
"""Towns; more would only wait for each other's processor."""
MOST_COMMITS = 60


@dataclass(frozen=True)
class Story:
    """What is asked for, in which weather, and how many images come of it."""

    ask: Callable[[Town], Awaitable[object]]
    images: int = 1
    prepare: Callable[[Town], None] = lambda town: None


async def _command(town: Town, more: str = "") -> None:
    await town.slack.command(f"a fox {more}", user="U1", channel="C1")


async def _mention(town: Town) -> None:
    # Slack comes back for hours; in a test the second bot is up at once.
    town.slack.event_pauses = (0.1, 0.4, 1.0, 2.0, 3.0)
    asked = asyncio.create_task(town.slack.mention("@bot a fox", user="U1", channel="C1"))
    town.slack.in_background(_ended(asked))


async def _ended(work: asyncio.Task[object]) -> None:
    await work


def _no_blocks(town: Town) -> None:
    town.slack.refuses_file_blocks = True


STORIES = {
    "a command": Story(_command),
    "a mention": Story(_mention),
    "two images": Story(lambda town: _command(town, "--n 2"), images=2),
    "two messages": Story(_command, prepare=_no_blocks),
    "generate and wait": Story(lambda town: _command(town, "--model cogview-4")),
    "refused": Story(_command, 0, lambda town: town.glm.weather.always(error("1301"))),
    "a task that fails": Story(_mention, 0, lambda town: town.glm.weather.always(fails())),
}


CASES = [
    pytest.param(STORIES[name], when, id=f"{name}, {when}")
    for when, names in {
        "after": STORIES,
        "before": ["a command", "a mention", "two messages", "a task that fails"],
    }.items()
    for name in names
]


@pytest.mark.parametrize(("story", "when"), CASES)
async def test_killed_at_any_commit_the_bot_goes_on_by_itself(
    story: Story,
    when: str,
    nursery: subprocess.Popen[str],
    migrated_files: SqliteFiles,
    tmp_path: Path,
) -> None:
    commits = count(1)
    while True:
        deaths = [(when, next(commits)) for _ in range(AT_ONCE)]
        folders = [tmp_path / f"{commit}" for _, commit in deaths]
        for folder in folders:
            folder.mkdir()
            (await migrated_files.migrated()).path.rename(folder / "bot.db")
        group = [
            _killed_once(story, death, nursery, folder)
            for death, folder in zip(deaths, folders, strict=True)
        ]
        if not all(await asyncio.gather(*group)):
            break  # one lived to the job's end: there is no later commit
        assert next(commits) < MOST_COMMITS


async def _killed_once(
    story: Story, death: tuple[str, int], nursery: subprocess.Popen[str], folder: Path
) -> bool:
    """Whether it was killed at all."""
    async with open_town(nursery, folder) as town:
        story.prepare(town)
        first = await town.start(death)
        await story.ask(town)
        await until(lambda: not first.is_alive or town.is_at_rest)
        if was_killed := not first.is_alive:
            second = await town.start()
            if death == ("before", 1) and story.ask is not _mention:
                assert not town.rows("select 1 from jobs"), "nothing was accepted"
                await town.stop(second)
                return True
            await until(lambda: town.is_at_rest, 30.0)
            await town.slack.settle()
            await town.stop(second)
        await town.kill(first)
        await town.slack.settle()
        _check(town, story, death)
        return was_killed


def _check(town: Town, story: Story, death: tuple[str, int]) -> None:
    jobs, images = town.rows("select * from jobs"), town.rows("select * from images")
    seen = f"killed {death}: {jobs} {images}"
    assert len(jobs) == 1, seen
    assert "Traceback" not in town.log, town.log
    assert len(town.glm.purchases) <= max(story.images, 1), seen
    unsure = [i for i in images if i["outcome"] == "unsure"]
    assert all(i["in_quota"] and i["cost_micros"] for i in unsure), seen
    shown = [file for message in town.pictures for file in message.files]
    assert len(shown) == len({f.id for f in shown}) == max(0, story.images - len(unsure)), seen
    assert len(town.pictures) == (1 if shown else 0), seen
    if not shown:
        assert _was_told(town), seen
    _check_manners(town, seen, orphans=death[0] == "before")


def _was_told(town: Town) -> bool:
    private = [*town.slack.ephemerals("U1"), *town.slack.direct_messages_of("U1")]
    return any("Reference" in m.words for m in private)


def _check_manners(town: Town, seen: str, *, orphans: bool) -> None:
    """Posting has no idempotency key: killed before it could note one, a message stays."""
    left = [m for m in town.slack.messages("C1") if m.bot_id and "Drawing" in m.words]
    assert len(left) <= int(orphans), seen
    buttons = [m for m in town.slack.messages("C1") if "Again" in m.labels]
    assert len(buttons) in ({1, 2} if orphans else {1}) if town.pictures else not buttons, seen
