"""One serving process a SQLite file."""

from __future__ import annotations

from pathlib import Path

import pytest

from glm_slackbot.storage.serving_lock import AlreadyServing, serving_lock


def test_a_second_one_is_refused_until_the_first_has_left(tmp_path: Path) -> None:
    path = tmp_path / "bot.db.lock"

    with serving_lock(path):
        with (
            pytest.raises(AlreadyServing, match="another glm-slackbot already serves"),
            serving_lock(path),
        ):
            pass
        with pytest.raises(AlreadyServing), serving_lock(path):
            pass  # having been refused has not dropped the first one's lock

    with serving_lock(path):
        pass


def test_the_lock_is_left_by_a_block_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "bot.db.lock"

    with pytest.raises(KeyError), serving_lock(path):
        raise KeyError

    with serving_lock(path):
        assert oct(path.stat().st_mode & 0o777) == "0o600"
