"""Files that cannot be written, and names that others take."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from glm_slackbot.engine.not_made import NotMade
from glm_slackbot.engine.saving import Place, keep, place_of
from glm_slackbot.engine.state_file import StateFile, StateJournal, open_state
from glm_slackbot.glm import SpooledImage


def spooled(folder: Path) -> SpooledImage:
    path = folder / "spooled"
    path.write_bytes(b"bytes")
    path.chmod(0o600)
    return SpooledImage(path, "png", 1, 1, 5)


def test_an_intent_that_cannot_be_written_stops_the_purchase(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.touch()
    descriptor = os.open(path, os.O_RDONLY)
    state = StateFile(descriptor, path)
    journal = StateJournal(state, "image", request_id="r")
    with pytest.raises(NotMade) as caught:
        journal.ordering()
    assert "Bad file descriptor" in caught.value.words
    journal.submitted("task")
    assert state.fault is not None
    os.close(descriptor)


def test_a_state_file_is_one_process_s(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with open_state(path), pytest.raises(NotMade) as caught, open_state(path):
        pass
    assert "Another run" in caught.value.words
    with pytest.raises(NotMade), open_state(tmp_path / "nowhere" / "state"):
        pass


def test_a_name_that_another_took_meanwhile_is_left_to_it(tmp_path: Path) -> None:
    image = spooled(tmp_path)
    (tmp_path / "fox.png").write_text("mine")
    claims: list[int] = []
    assert not keep(image, tmp_path / "fox.png", lambda: claims.append(0))
    assert (tmp_path / "fox.png").read_text() == "mine"
    cat = tmp_path / "cat.png"
    assert keep(image, cat, lambda: claims.append(cat.stat().st_size))
    assert claims == [0]  # once, by an empty file of our own
    assert (tmp_path / "cat.png").read_bytes() == b"bytes"
    usual = os.umask(0)
    os.umask(usual)
    assert (tmp_path / "cat.png").stat().st_mode & 0o777 == 0o666 & ~usual


def test_a_name_that_could_not_be_noted_is_free_again(tmp_path: Path) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        keep(spooled(tmp_path), tmp_path / "fox.png", full)
    assert not (tmp_path / "fox.png").exists()


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A fox, in: the/snow", "A-fox-in-the-snow.png"),
        ("../../etc/passwd", "etc-passwd.png"),
        ("雪地里的狐狸！", "雪地里的狐狸.png"),
        ("?!…", "image.png"),
        ("x" * 500, "x" * 40 + ".png"),
    ],
)
def test_a_file_is_named_by_its_prompt(tmp_path: Path, prompt: str, name: str) -> None:
    assert Place(tmp_path).name_of(prompt, ".png") == tmp_path / name


@pytest.mark.parametrize(
    ("save", "stem"), [("a/fox.PNG", "fox"), ("a/fox.d", None), ("a/fox.png/", None), (".", None)]
)
def test_an_ending_of_an_image_makes_it_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, save: str, stem: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    place = place_of(save)
    assert place.stem == stem
    assert place.folder.is_dir()


def test_a_folder_that_takes_no_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotMade) as caught:
        place_of(str(tmp_path / "file" / "folder"))
    assert "cannot be saved in" in caught.value.words


def test_a_line_that_was_written_in_part_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state"
    full = iter((5, None))

    def write(descriptor: int, line: memoryview) -> int:
        if (room := next(full, 0)) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, line[: room or len(line)])

    with open_state(path) as state:
        real = os.write
        monkeypatch.setattr(os, "write", write)
        with pytest.raises(NotMade):
            state.note_intent("fox", request_id="r")
        state.note_intent("cat", request_id="r")
    with open_state(path) as state:
        assert list(state.entries) == ["cat"]


def test_a_new_state_file_s_name_is_on_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda fd: (synced.append(os.readlink(f"/proc/self/fd/{fd}")), real(fd))
    )
    with open_state(tmp_path / "state"):
        assert str(tmp_path) in synced
