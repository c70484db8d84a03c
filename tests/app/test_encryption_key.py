"""A key that cannot be used is told in a line that says what mends it, and never shows a key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doctoring import command, finding

from glm_slackbot.app.doctor.finding import Verdict
from glm_slackbot.app.encryption import KeyFault, encryption_mistakes, secret_box_of
from glm_slackbot.sandbox.world import World, world_settings
from glm_slackbot.storage.secret_box import key_file, new_encryption_key

BotStarter = Callable[..., Any]

SERVING = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "a-secret"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the key file of ``url`` is."""
    return tmp_path / "bot.db.key"


def test_serve_names_the_key_of_several_that_is_none_and_does_not_start(tmp_path: Path) -> None:
    keys = f"{new_encryption_key()}, no-key-at-all"
    ended = command("serve", tmp_path, {**SERVING, "GLM_SLACKBOT_ENCRYPTION_KEY": keys})
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert "GLM_SLACKBOT_ENCRYPTION_KEY: its key 2 of 2 is not 32 bytes" in line
    assert "Fernet.generate_key()" in line
    assert "no-key-at-all" not in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe"])
def test_a_key_file_that_holds_no_key_is_told_and_left(
    url: str, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    (line,) = encryption_mistakes(world_settings(url))
    assert f"the key file {file} holds no key; put its backup there" in line
    with pytest.raises(KeyFault):
        secret_box_of(world_settings(url))
    assert file.read_bytes() == content


def test_a_key_file_that_cannot_be_read_is_told(url: str, file: Path) -> None:
    file.mkdir()
    (line,) = encryption_mistakes(world_settings(url))
    assert "cannot be read (Is a directory); give this user the file" in line


@pytest.fixture
def open_file(file: Path) -> Path:
    """A key file as a careless copy leaves it."""
    key_file(file)
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    return file


async def test_the_doctor_tells_of_a_key_file_that_others_may_read(
    world: World, url: str, open_file: Path, start_bot: BotStarter
) -> None:
    async with start_bot(database_url=url):
        found = await finding(world, "api keys", world_settings(url))
        assert found.verdict is Verdict.FAILED
        assert "is open to others (mode 0640)" in found.words
        assert found.mend == f"chmod 600 {open_file}"
        key = new_encryption_key()
        unused = await finding(world, "api keys", world_settings(url, encryption_key=key))
        assert unused.verdict is Verdict.FINE


def test_the_doctor_tells_of_a_mistaken_key_without_showing_it(tmp_path: Path) -> None:
    ended = command("doctor", tmp_path, {**SERVING, "GLM_SLACKBOT_ENCRYPTION_KEY": "t00-short"})
    told = [line for line in ended.stdout.splitlines() if "is not 32 bytes" in line]
    assert [line.split()[1] for line in told] == ["settings", "api"]
    assert "t00-short" not in ended.stdout
