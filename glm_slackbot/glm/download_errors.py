"""Why the bytes of an image that was made could not be had."""

from __future__ import annotations

from enum import StrEnum


class DownloadKind(StrEnum):
    """Why an image could not be fetched; the value is the key of its text after ``image_``."""

    UNSAFE_LINK = "unsafe_link"
    GONE = "gone"
    NOT_IMAGE = "not_image"
    TOO_LARGE = "too_large"
    UNREACHABLE = "unreachable"


class DownloadError(Exception):
    """An image was made, and its bytes could not be had. Says nothing of the link but the host."""

    def __init__(self, kind: DownloadKind, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}" if self.detail else self.kind
