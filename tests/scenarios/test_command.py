"""/imagine by HTTP, from the signed request to the image in the channel."""

from __future__ import annotations

import pytest

from glm_slackbot.sandbox.world import World

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_command_becomes_one_message_with_the_image_and_what_was_asked(
    world: World,
) -> None:
    answer = await world.slack.command(
        "a cyberpunk city --size 1728x960", user="U1", channel="C1"
    )
    result = await world.until(lambda: [m for m in world.slack.messages("C1") if m.files])

    assert answer.ok
    assert len(result) == 1
    assert len(world.glm.purchases) == 1
    assert str(world.glm.purchases[0].size) == "1728x960"
