"""What the command line of ``imagine`` asks for, in the parser's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.engine.making import Endpoint
from glm_slackbot.engine.not_made import INVALID_ARGUMENT, NotMade, Reason
from glm_slackbot.engine.saving import as_utf8

_FLAGS = ("size", "ar", "model", "quality", "n", "style", "no")


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line; flags of the prompt by name, as the parser knows them."""

    prompt: str | None
    flags: Mapping[str, str]
    user_id: str | None
    save: str | None
    as_json: bool
    output: Path | None
    endpoints: frozenset[Endpoint]
    timeout_s: float
    provider: Provider | None
    key_stdin: bool
    from_file: Path | None
    concurrency: int

    @classmethod
    def from_options(cls, given: Mapping[str, Any]) -> Asked:
        """As click gives them."""
        flags = {name: as_utf8(given[name]) for name in _FLAGS if given[name] is not None}
        if given["no_watermark"]:
            flags["no-watermark"] = ""
        return cls(
            prompt=None if given["prompt"] is None else as_utf8(given["prompt"]),
            flags=flags,
            user_id=given["user_id"],
            save=given["save"],
            as_json=given["as_json"],
            output=given["output"],
            endpoints=frozenset(
                way
                for way, name in ((Endpoint.SYNC, "sync"), (Endpoint.ASYNC, "by_task"))
                if given[name]
            ),
            timeout_s=given["timeout"],
            provider=given["provider"] and Provider(given["provider"]),
            key_stdin=given["key_stdin"],
            from_file=given["from_file"],
            concurrency=given["concurrency"],
        )


def mistake(words: str) -> NotMade:
    """Wrong use of the command line."""
    return NotMade(Reason.WRONG_USE, INVALID_ARGUMENT, words)
