"""Type and size of a fetched file, read from its first bytes."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from PIL import Image

from glm_slackbot.glm import DownloadError, DownloadKind
from glm_slackbot.glm.spool import inspect_image


@pytest.mark.parametrize(
    ("name", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("GIF", ".gif")]
)
def test_the_suffix_goes_by_the_first_bytes(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / "image"
    Image.new("RGB", (64, 32)).save(path, name)
    image = inspect_image(path)
    assert (image.suffix, image.width, image.height) == (suffix, 64, 32)


@pytest.mark.parametrize("sides", [(10_000, 10_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_not_decoded(tmp_path: Path, sides: tuple[int, int]) -> None:
    path = tmp_path / "image"
    Image.new("1", (8, 8)).save(path, "PNG")
    header = bytearray(path.read_bytes())
    header[16:24] = sides[0].to_bytes(4, "big") + sides[1].to_bytes(4, "big")
    header[29:33] = _crc(bytes(header[12:29]))
    path.write_bytes(header)
    with pytest.raises(DownloadError) as caught:
        inspect_image(path)
    assert caught.value.kind is DownloadKind.TOO_LARGE


def _crc(chunk: bytes) -> bytes:
    return zlib.crc32(chunk).to_bytes(4, "big")


def test_a_download_error_reads_well_in_a_log() -> None:
    assert str(DownloadError(DownloadKind.GONE, "mfile.z.ai answered 404")) == (
        "gone: mfile.z.ai answered 404"
    )
    assert str(DownloadError(DownloadKind.NOT_IMAGE)) == "not_image"
