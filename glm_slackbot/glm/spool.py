"""A fetched image as a file on disk: its type and size go by its first bytes, not by its name."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, cast

from glm_slackbot.glm.download_errors import DownloadError, DownloadKind

SIDE_LIMIT: Final = 8192

ImageFormat = Literal["png", "jpeg", "webp", "gif"]
_SUFFIXES: Final[dict[ImageFormat, str]] = {
    "png": ".png",
    "jpeg": ".jpg",
    "webp": ".webp",
    "gif": ".gif",
}
# A JPEG with a second picture inside calls itself MPO.
_FORMATS: Final = {"PNG": "png", "JPEG": "jpeg", "MPO": "jpeg", "WEBP": "webp", "GIF": "gif"}


@dataclass(frozen=True, slots=True)
class SpooledImage:
    """An image on disk, width and height in pixels. Whoever holds it removes it."""

    path: Path
    format: ImageFormat
    width: int
    height: int
    byte_count: int

    @property
    def suffix(self) -> str:
        """The ending a file name of this type has, dot included."""
        return _SUFFIXES[self.format]

    def remove(self) -> None:
        """Delete the file; a second time does nothing."""
        self.path.unlink(missing_ok=True)


def new_spool_file(folder: Path) -> tuple[Path, BinaryIO]:
    """An empty file of a new name, readable by its owner only."""
    descriptor, name = tempfile.mkstemp(prefix="image-", dir=folder)
    # Unbuffered: what is written comes in large pieces already.
    return Path(name), os.fdopen(descriptor, "wb", buffering=0)


def inspect_image(path: Path) -> SpooledImage:
    """Read type and size from the header, without decoding a pixel. Raises DownloadError."""
    from PIL import Image  # costs 50 ms, and a start should not wait for it

    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP", "GIF")) as image:
            name, (width, height) = image.format, image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DownloadError(DownloadKind.TOO_LARGE, "too many pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise DownloadError(DownloadKind.NOT_IMAGE) from None
    if max(width, height) > SIDE_LIMIT:
        raise DownloadError(DownloadKind.TOO_LARGE, f"{width}x{height} pixels")
    image_format = cast(ImageFormat, _FORMATS[name or ""])
    return SpooledImage(path, image_format, width, height, path.stat().st_size)
