"""What is wrong with what was typed is said at once, to the asker alone, in both languages."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.world import World

from .seeing import see_direct, see_private

pytestmark = pytest.mark.usefixtures("mannerly")

MISTAKES = [
    ("fox --size 100x100", "512", "512"),
    ("fox --size 1000x1000", "multiple of 32", "32 的倍数"),
    ("fox --size 1x1 --ar 1:1", "only one of them", "只能写其中一个"),
    ("fox --ar 1:1 --ar 2:1", "twice", "两次"),
    ("fox --ar 9:1", "9:1", "9:1"),
    ("fox --n 9", "1 to 4", "1 到 4"),
    ("fox --model dall-e", "cogview-4-250304", "cogview-4-250304"),
    ("fox --quality ultra --model cogview-4", "standard", "standard"),
    ("fox --stlye ink", "--style", "--style"),
    ("fox —stile ink", "--style", "--style"),
    ("fox --style", "needs a value", "缺少值"),
    ("fox --style --ar 1:1", "needs a value", "缺少值"),
    ('fox --style "ink', "never closed", "引号没有关闭"),
    ('fox --style "ink"x', "closing quote", "右引号"),
    ("fox --no-watermark=yes", "takes no value", "不带值"),
    ("x" * 1001, "1001", "1001"),
]


async def test_each_mistake_is_explained_and_costs_nothing(world: World, bot: Bot) -> None:
    for typed, english, _ in MISTAKES:
        card = (await world.slack.command(typed, user="U1", channel="C1")).shown
        assert card is not None
        assert english in card.words, typed
        assert card.labels == []
    assert world.glm.requests == []


async def test_in_a_mention_too_and_in_chinese_to_who_writes_chinese(
    world: World, bot: Bot
) -> None:
    for typed, _, chinese in MISTAKES:
        chinese_typed = typed.replace("fox", "雪地里的狐狸").replace("x" * 1001, "狐" * 1001)
        world.slack.reload("U3")
        await world.slack.mention(f"@bot {chinese_typed}", user="U3", channel="C1")
        card = await see_private(world, "U3", chinese)
        assert card.labels == [], typed
    assert world.glm.requests == []


async def test_the_example_in_an_error_works(world: World, bot: Bot) -> None:
    card = (await world.slack.command("fox --size 100x100", user="U1", channel="C1")).shown
    assert card is not None
    example = card.words.rpartition("`--")[2].partition("`")[0]
    again = await world.slack.command(f"fox --{example}", user="U1", channel="C1")
    assert again.shown is not None
    assert again.shown.labels == ["Cancel"]


@pytest.mark.parametrize(
    "typed",
    ["a fox －－ａｒ　１６：９", "a fox —ar 16:9", "a fox –AR=16:9", "a fox\u00a0--ar “16:9”"],
)
async def test_what_phones_and_keyboards_make_of_flags_is_understood(
    world: World, bot: Bot, typed: str
) -> None:
    await world.slack.command(typed, user="U1", channel="C1")
    await world.until(lambda: world.glm.purchases)
    (bought,) = world.glm.purchases
    assert (bought.prompt, str(bought.size)) == ("a fox", "1728x960")


async def test_a_mistake_in_a_direct_message_is_explained_there(world: World, bot: Bot) -> None:
    await world.slack.direct_message("画一只狐狸 --size 1", user="U3")
    assert "不是有效的尺寸" in (await see_direct(world, "U3")).words
