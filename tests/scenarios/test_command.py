"""/imagine, from the signed request to the image in the place it belongs to."""

from __future__ import annotations

import pytest
from holding import images_held_up

from glm_slackbot.sandbox.world import World

from ..clock import FastClock
from ..conftest import BotStarter
from .seeing import results, see_buttons, see_direct, see_private, see_result

pytestmark = pytest.mark.usefixtures("mannerly")

CITY = "a cyberpunk city --size 1728x960"


@pytest.mark.usefixtures("bot_by_road", "delivery_way")
async def test_a_command_becomes_one_image_with_what_was_asked_written_under_it(
    world: World,
) -> None:
    answer = await world.slack.command(CITY, user="U1", channel="C1")
    buttons = await see_buttons(world)

    told = results(world)[0].words + buttons.words
    assert answer.ok
    assert [str(p.size) for p in world.glm.purchases] == ["1728x960"]
    assert all(words in told for words in ("a cyberpunk city", "@U1", "glm-image", "1728x960"))
    assert buttons.labels == ["Again", "Delete"]
    assert results(world)[0].files[0].title == "a cyberpunk city"


@pytest.mark.usefixtures("bot_by_road")
async def test_the_answer_is_a_private_card_with_prompt_model_size_queue_and_cancel(
    world: World,
) -> None:
    card = (await world.slack.command(CITY, user="U1", channel="C1")).shown

    assert card is not None
    assert card.only_for == "U1"
    for words in ("a cyberpunk city", "glm-image", "1728x960", "No request was ahead"):
        assert words in card.words
    assert card.labels == ["Cancel"]


@pytest.mark.usefixtures("bot")
async def test_the_card_tells_how_many_are_ahead(world: World) -> None:
    with images_held_up(world.glm):
        await world.slack.command("a fox", user="U1", channel="C1")
        second = await world.slack.command("an owl", user="U2", channel="C1")

    assert second.shown is not None
    assert "ahead of it when it was accepted: 1" in second.shown.words


@pytest.mark.usefixtures("bot")
async def test_a_private_channel_gets_its_image(world: World) -> None:
    await world.slack.command("a fox", user="U1", channel="G1")
    assert (await see_result(world, "G1")).thread_ts is None


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(("place", "is_own"), [("C1", False), ("G1", False), ("own", True)])
async def test_the_card_says_where_the_image_will_be(
    world: World, place: str, is_own: bool
) -> None:
    channel = world.slack.workspace.bot_dm("U1").id if is_own else place
    card = (await world.slack.command("a fox", user="U1", channel=channel)).shown
    assert card is not None
    assert ("will appear here when" in card.words) is not is_own
    assert ("will appear in your direct messages with me" in card.words) is is_own
    assert " or in your own" not in card.words


@pytest.mark.usefixtures("bot")
async def test_try_again_in_the_direct_message_says_that_the_image_comes_where_it_was_asked_for(
    world: World, clock: FastClock
) -> None:
    with images_held_up(world.glm):
        await world.slack.command("a fox", user="U1", channel="C1")
        await world.until(lambda: world.glm.requests)
        clock.advance(400)
        failed = await see_direct(world, "U1", "did not finish it in the time")
    pressed = await world.slack.press(failed, "Try again", user="U1")
    assert pressed.ok
    told = await see_private(world, "U1", "will appear where you asked for it")
    assert told.channel == failed.channel
    assert (await see_result(world, "C1")).files


@pytest.mark.usefixtures("bot")
async def test_a_direct_message_with_the_bot_gets_its_image(world: World) -> None:
    own = world.slack.workspace.bot_dm("U1").id
    await world.slack.command("a fox", user="U1", channel=own)
    assert (await see_result(world, own)).channel == own


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("place", ["D9", "G9", "C9"])
async def test_between_other_people_the_image_goes_to_the_askers_own_direct_message(
    world: World, place: str
) -> None:
    if place == "D9":
        world.slack.add_direct_message("D9", ["U1", "U3"])
    else:
        world.slack.add_group_message(place, ["U1", "U3", "U4"])

    answer = await world.slack.command("a fox", user="U1", channel=place)

    assert (await see_result(world, world.slack.workspace.bot_dm("U1").id)).files
    assert answer.shown is not None
    assert "direct messages with me" in answer.shown.words
    assert results(world, place) == []


@pytest.mark.usefixtures("bot")
async def test_where_the_bot_is_no_member_nothing_is_bought_and_try_again_works_after_the_invite(
    world: World,
) -> None:
    await world.slack.command("a fox", user="U1", channel="C2")
    card = await see_private(world, "U1", "/invite @GLM-Image")
    assert "Nothing was charged" in card.words
    assert world.glm.requests == []

    world.slack.invite_bot("C2")
    await world.slack.press(card, "Try again", user="U1")

    assert (await see_result(world, "C2")).files
    assert len(world.glm.purchases) == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(("private", "archived"), [(True, False), (False, True)])
async def test_a_place_that_cannot_be_posted_in_costs_nothing_and_is_told(
    world: World, private: bool, archived: bool
) -> None:
    world.slack.add_channel(
        "C9", "attic", members=["U1"], private=private, archived=archived, bot_is_member=archived
    )
    await world.slack.command("a fox", user="U1", channel="C9")

    card = await see_private(world, "U1", "archived" if archived else "/invite @GLM-Image")
    assert card.labels == ["Try again"]
    assert world.glm.requests == []


@pytest.mark.usefixtures("bot_by_road")
@pytest.mark.parametrize("words", ["", "help", "HELP ", "帮助"])
async def test_help_shows_flags_sizes_and_three_tips_and_costs_nothing(
    world: World, words: str
) -> None:
    card = (await world.slack.command(words, user="U1", channel="C1")).shown

    assert card is not None
    for shown in ("--size", "--ar", "--no-watermark", "16:9", "1728x960", "light", "contradictory"):
        assert shown in card.words or words == "帮助"
    assert card.words.count("•") >= 3
    assert world.glm.requests == []


@pytest.mark.usefixtures("bot")
async def test_help_followed_by_words_is_a_prompt(world: World) -> None:
    await world.slack.command("help me draw a horse", user="U1", channel="C1")
    await see_result(world)
    assert world.glm.purchases[0].prompt == "help me draw a horse"


@pytest.mark.usefixtures("bot")
async def test_flags_without_words_ask_for_words(world: World) -> None:
    card = (await world.slack.command("--ar 16:9", user="U1", channel="C1")).shown
    assert card is not None
    assert "no words to draw from" in card.words
    assert world.glm.requests == []


@pytest.mark.usefixtures("bot")
async def test_escapes_and_wrappers_are_undone_before_the_prompt_is_sent(world: World) -> None:
    typed = 'a <b>bold</b> sign "R&D" near https://example.com/a?b=1&c=2, say &lt; —— done'
    await world.slack.command(typed, user="U1", channel="C1")
    await see_result(world)
    assert world.glm.purchases[0].prompt == typed


async def test_the_commands_name_is_a_setting(world: World, start_bot: BotStarter) -> None:
    async with start_bot(command="/draw"):
        await world.slack.command("a fox", user="U1", channel="C1", command="/draw")
        await see_result(world)
        other = await world.slack.command("a fox", user="U1", channel="C1", command="/imagine")
    assert other.shown is not None
    assert "/draw" in other.shown.words
    assert len(world.glm.purchases) == 1


async def test_without_an_api_key_the_bot_says_what_an_admin_must_do(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(zhipu_api_key=None):
        card = (await world.slack.command("a fox", user="U1", channel="C1")).shown
    assert card is not None
    assert "ZHIPU_API_KEY" in card.words
    assert world.glm.requests == []


async def test_a_model_the_host_does_not_have_is_refused_with_the_models_it_has(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(zhipu_api_key=None, zai_api_key="0123456789abcdef.sandbox"):
        card = (await world.slack.command("x --model cogview-4", user="U1", channel="C1")).shown
    assert card is not None
    assert "api.z.ai" in card.words
    assert "cogview-4-250304" in card.words
    assert world.glm.requests == []


@pytest.mark.parametrize("words", ["a payload fox", "payload", "a fox with payload=1"])
@pytest.mark.usefixtures("bot")
async def test_the_word_payload_is_a_word_like_any_other(world: World, words: str) -> None:
    answer = await world.slack.command(words, user="U1", channel="C1")
    await see_result(world)

    assert answer.ok
    assert [p.prompt for p in world.glm.purchases] == [words]


@pytest.mark.parametrize(("text", "words"), [("a fox", "This bot listens"), ("狐狸", "这个机器人")])
@pytest.mark.usefixtures("bot")
async def test_another_command_is_answered_in_the_language_of_its_words(
    world: World, text: str, words: str
) -> None:
    answer = await world.slack.command(text, user="U1", channel="C1", command="/draw")
    assert words in answer.body
    assert "/draw" in answer.body


@pytest.mark.usefixtures("bot")
async def test_an_uninstalled_app_is_told_to_the_operator(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.slack.uninstall()
    assert "was removed or its token revoked" in capsys.readouterr().out
