"""What stands under the images, and what is said when some or all are missing."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import blocked, error, fails, filtered, jpeg_as_png
from glm_slackbot.sandbox.world import World

from .seeing import at_rest, results, see_buttons, see_private, see_result

pytestmark = pytest.mark.usefixtures("mannerly")

EVIL = "<!channel> <https://evil.example|click> <@U2> & @here *bold* :fox_face: `code`"


def told_under(world: World) -> str:
    return "\n".join(m.words for m in world.slack.messages("C1") if m.bot_id)


@pytest.mark.usefixtures("delivery_way")
async def test_several_images_come_in_one_message(world: World, bot: Bot) -> None:
    await world.slack.command("a fox --n 3", user="U1", channel="C1")
    await see_buttons(world)
    (image,) = results(world)
    assert len(image.files) == len(world.glm.purchases) == 3


@pytest.mark.usefixtures("delivery_way")
async def test_when_some_fail_the_caption_says_what_is_missing_and_why(
    world: World, bot: Bot
) -> None:
    world.glm.weather.next(error("1301"), fails())
    await world.slack.command("a fox --n 3", user="U1", channel="C1")
    await see_buttons(world)
    told = told_under(world)
    assert len(results(world)[0].files) == 1
    assert "Images missing: 2 of 3" in told
    assert "content policy" in told
    assert "may have charged for what is missing" in told


@pytest.mark.usefixtures("delivery_way")
async def test_everything_that_was_asked_for_is_written_under_it(world: World, bot: Bot) -> None:
    words = 'a fox --model cogview-4 --quality hd --style ink --no "people, text" --no-watermark'
    await world.slack.command(words, user="U1", channel="C1")
    await see_buttons(world)
    for part in ("a fox", "@U1", "cogview-4", "1024x1024", "hd", "ink", "people, text", "none"):
        assert part in told_under(world)
    assert "ink" in world.glm.purchases[0].prompt


@pytest.mark.usefixtures("delivery_way")
async def test_content_filter_level_2_is_shown_with_a_warning(world: World, bot: Bot) -> None:
    world.glm.weather.always(filtered(2))
    await world.slack.command("a fox --model cogview-4", user="U1", channel="C1")
    await see_buttons(world)
    assert "content filter marked this image as possibly sensitive" in told_under(world)


@pytest.mark.parametrize("level", [0, 1])
async def test_content_filter_level_0_and_1_are_withheld_and_may_be_charged(
    world: World, bot: Bot, level: int
) -> None:
    world.glm.weather.always(filtered(level))
    await world.slack.command("a fox --model cogview-4", user="U1", channel="C1")
    card = await see_private(world, "U1", f"level {level}")
    assert "may have" in card.words
    assert card.labels == []
    assert results(world) == []


@pytest.mark.parametrize("plan", [error("1301"), error("1300"), blocked()])
async def test_a_refusal_says_so_and_stops(world: World, bot: Bot, plan: object) -> None:
    world.glm.weather.always(plan)  # type: ignore[arg-type]
    await world.slack.command("a fox --model cogview-4", user="U1", channel="C1")
    card = await see_private(world, "U1", "Word")
    await at_rest(world, bot)
    assert "Reference: " in card.words
    assert "Try again" not in card.labels
    assert len(world.glm.requests) == 1


async def test_a_jpeg_by_a_pngs_name_is_posted_by_its_own(world: World, bot: Bot) -> None:
    world.glm.weather.always(jpeg_as_png())
    await world.slack.command("a fox", user="U1", channel="C1")
    (file,) = (await see_result(world)).files
    assert file.name.endswith(".jpg")
    assert file.content is not None
    assert file.content.startswith(b"\xff\xd8")


@pytest.mark.usefixtures("delivery_way")
@pytest.mark.parametrize("way", ["command", "mention", "aside", "direct", "failed"])
async def test_typed_words_can_neither_ping_nor_make_a_link(
    world: World, bot: Bot, way: str
) -> None:
    if way == "failed":
        world.glm.weather.next(error("1214", message=EVIL))
    if way in ("command", "failed"):
        await world.slack.command(f'{EVIL} --style "{EVIL}"', user="U1", channel="C1")
    elif way == "direct":
        await world.slack.direct_message(EVIL, user="U1")
    else:
        words = f"@bot {EVIL}" if way == "mention" else f"see @bot {EVIL}"
        await world.slack.mention(words, user="U1", channel="C1")
    await world.until(lambda: "evil.example" in str(world.slack.visible_to("U1")))
    await at_rest(world, bot)
    pinged = {ping for m in world.slack.everything_sent() for ping in m.pings}
    assert pinged <= {"@U1"}
    assert [m.links for m in world.slack.everything_sent() if m.links] == []


@pytest.mark.usefixtures("delivery_way")
@pytest.mark.parametrize("words", ["狐" * 1000, "&<>" * 333], ids=["chinese", "markup"])
async def test_a_thousand_characters_arrive_whole_in_short_addresses(
    world: World, bot: Bot, words: str
) -> None:
    await world.slack.command(words, user="U1", channel="C1")
    await world.until(lambda: results(world) and words in told_under(world))
    assert world.glm.purchases[0].prompt == words
    assert len(results(world)[0].files[0].title) <= 80
