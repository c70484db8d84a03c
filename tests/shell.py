"""``glm-slackbot imagine`` with redirections and pipes, as a shell makes them."""

from __future__ import annotations

import asyncio
import sys

from imagining import Ended, Program


async def in_shell(imagine: Program, words: str) -> Ended:
    """``imagine`` with these arguments and redirections, as a shell reads them."""
    process = await asyncio.create_subprocess_shell(
        f"set -o pipefail; '{sys.executable}' -m glm_slackbot imagine {words}",
        cwd=imagine.folder,
        env=imagine.env,
        executable="/bin/bash",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    stdout, stderr = await process.communicate()
    assert b"Traceback" not in stderr, stderr
    return Ended(process.returncode or 0, stdout.decode(), stderr.decode())
