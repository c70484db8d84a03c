"""``python -m glm_slackbot``."""

from __future__ import annotations

from glm_slackbot.cli import main

main()
