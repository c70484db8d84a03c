"""Draws the sandbox's image: a placeholder of the asked size that says it is one."""

from __future__ import annotations

import io
import struct
import zlib
from functools import lru_cache
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from glm_slackbot.domain.size import Size

PLACEHOLDER_WORDS: Final = "Placeholder - not made by GLM-Image"
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_PALETTE: Final = (236, 233, 226, 250, 249, 246, 60, 64, 72)  # ground, band, ink
_GROUND, _BAND, _INK = 0, 1, 2


@lru_cache(maxsize=32)
def draw_placeholder(
    prompt: str, size: Size, image_format: Literal["png", "jpeg"] = "png", byte_count: int = 0
) -> bytes:
    """The file's bytes; a PNG is padded to ``byte_count`` where it would be smaller."""
    canvas = Image.new("P", (size.width, size.height), _GROUND)
    canvas.putpalette(_PALETTE)
    _write_words(canvas, prompt, size)
    file = io.BytesIO()
    if image_format == "jpeg":
        canvas.convert("RGB").save(file, "JPEG", quality=60)
        return file.getvalue()
    canvas.save(file, "PNG", compress_level=1)
    return _padded(file.getvalue(), byte_count)


def _write_words(canvas: Image.Image, prompt: str, size: Size) -> None:
    draw = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(size=max(12, size.width // 32))
    middle = size.height // 2
    draw.rectangle(
        (0, middle - size.height // 6, size.width, middle + size.height // 6), fill=_BAND
    )
    for line, shift in ((PLACEHOLDER_WORDS, -1.4), (_start_of(prompt), 0), (str(size), 1.4)):
        where = (size.width / 2, middle + shift * size.width / 20)
        draw.text(where, line, fill=_INK, font=font, anchor="mm")


def _start_of(prompt: str) -> str:
    """The prompt's first words, where the built-in font has letters for them."""
    first = " ".join(prompt[:200].split())[:40]
    return first if first.isascii() and first.isprintable() else ""


def _padded(png: bytes, byte_count: int) -> bytes:
    """The same image with a private chunk of zeros ahead of its end."""
    missing = byte_count - len(png) - 12
    if missing < 0:
        return png
    chunk = b"paDd" + bytes(missing)
    framed = struct.pack(">I", missing) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png.removesuffix(_PNG_END) + framed + _PNG_END
