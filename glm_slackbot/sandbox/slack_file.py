"""A file of the stand-in workspace, from the upload ticket to the share in a channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from glm_slackbot.sandbox.slack_errors import Json


class FileStage(StrEnum):
    """waiting ─▶ uploaded ─▶ processing ─▶ ready, or deleted from anywhere."""

    WAITING = "waiting"
    UPLOADED = "uploaded"
    PROCESSING = "processing"
    READY = "ready"
    DELETED = "deleted"


@dataclass
class SlackFile:
    """Sizes in bytes; `content` is None where the stand-in was told not to keep bytes."""

    id: str
    name: str
    user: str
    announced: int
    created: int
    team_id: str
    alt_txt: str | None = None
    title: str = ""
    stage: FileStage = FileStage.WAITING
    size: int = 0
    sha256: str = ""
    content: bytes | None = None
    #: channel id -> timestamps of the messages that carry the file
    shares: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Completed, so that `files.info` speaks of it."""
        return self.stage in {FileStage.PROCESSING, FileStage.READY}

    def answer(self) -> Json:
        """The `file` of `files.info`; no type and no share before Slack has processed it."""
        if self.stage is FileStage.DELETED:
            return {"id": self.id, "mode": "tombstone"}
        ready = self.stage is FileStage.READY
        address = f"https://files.slack.com/files-pri/{self.team_id}-{self.id}/{self.name}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": _type_of(self.name) if ready else "",
            "filetype": self.name.rpartition(".")[2] if ready else "",
            "user": self.user,
            "size": self.size,
            "mode": "hosted",
            "is_external": False,
            "is_public": any(channel.startswith("C") for channel in self.shares),
            "url_private": address,
            "url_private_download": address,
            "permalink": f"https://sandbox.slack.com/files/{self.user}/{self.id}/{self.name}",
            "shares": self._shares() if ready else {},
            "channels": [c for c in self.shares if c.startswith("C")] if ready else [],
            "groups": [c for c in self.shares if c.startswith("G")] if ready else [],
            "ims": [c for c in self.shares if c.startswith("D")] if ready else [],
        }

    def _shares(self) -> Json:
        shares: Json = {}
        for channel, stamps in self.shares.items():
            kind = "public" if channel.startswith("C") else "private"
            shares.setdefault(kind, {})[channel] = [{"ts": ts} for ts in stamps]
        return shares


def _type_of(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    known = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
    return known.get(ending, "application/octet-stream")
