"""GLM Slackbot: images in Slack by GLM-Image.

The face of the package, resolved lazily (PEP 562), so that importing one floor,
``glm_slackbot.glm`` say, loads nothing of the others.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glm_slackbot.app.bootstrap import open_services
    from glm_slackbot.app.settings import Settings
    from glm_slackbot.plugin import install

__version__ = "0.1.0"
__all__ = ["Settings", "__version__", "install", "open_services"]

_HOMES = {
    "Settings": "glm_slackbot.app.settings",
    "install": "glm_slackbot.plugin",
    "open_services": "glm_slackbot.app.bootstrap",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
