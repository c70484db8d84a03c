"""The key file beside a SQLite database."""

from __future__ import annotations

import stat
from pathlib import Path

from glm_slackbot.storage.secret_box import SecretBox, key_file


def test_it_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "bot.db.key"
    key, is_new = key_file(path)
    assert (is_new, stat.S_IMODE(path.stat().st_mode)) == (True, 0o600)
    assert key_file(path) == (key, False)
    assert SecretBox([key]).open(SecretBox([key]).seal("secret")) == "secret"


def test_one_that_was_begun_when_the_power_went_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "bot.db.key"
    begun = tmp_path / "bot.db.key.new"
    begun.touch(mode=0o644)
    key, is_new = key_file(path)
    assert (is_new, key_file(path)) == (True, (key, False))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not begun.exists()
