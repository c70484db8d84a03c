"""Help, made from the tables it explains."""

from __future__ import annotations

from collections.abc import Iterable

from glm_slackbot.domain.image_models import MODELS, model_named
from glm_slackbot.domain.imagine import flag_table
from glm_slackbot.domain.styles import STYLES
from glm_slackbot.texts import listed
from glm_slackbot.ui.blocks import section
from glm_slackbot.ui.card import Block, Card
from glm_slackbot.ui.words import Markup, say


def help_card(
    locale: str, command: str, model: str, max_images: int, models: Iterable[str] = tuple(MODELS)
) -> Card:
    """How to make an image: usage, flags, sizes by ratio, three tips."""
    usage = say("help.usage", locale, command=command)
    return Card(usage, help_blocks(locale, command, model, max_images, models))


def help_blocks(
    locale: str, command: str, model: str, max_images: int, models: Iterable[str] = tuple(MODELS)
) -> tuple[Block, ...]:
    """The same as blocks, for the Home tab's window."""
    usage = say("help.usage", locale, command=command)
    ways = say("home.ways", locale, command=command)
    tips = (say(tip, locale) for tip in ("help.tip_details", "help.tip_craft", "help.tip_clear"))
    return (
        _titled(say("help.title", locale), [usage, ways]),
        _titled(say("help.flags_title", locale), _flags(locale, max_images, models)),
        _titled(say("help.sizes_title", locale, model=model), _sizes(locale, model)),
        _titled(say("help.tips_title", locale), (f"• {tip}" for tip in tips)),
        section(say("home.notice", locale)),
    )


def _flags(locale: str, max_images: int, models: Iterable[str]) -> Iterable[str]:
    facts = {
        "models": listed(models, locale),
        "max_images": max_images,
        "styles": listed((_style_name(style.names, locale) for style in STYLES), locale),
    }
    return (f"• `{flag.usage}` {say(flag.text_id, locale, **facts)}" for flag in flag_table())


def _style_name(names: Iterable[str], locale: str) -> str:
    """The first of a style's names in the reader's language."""
    return next(name for name in names if name.isascii() is (locale != "zh"))


def _sizes(locale: str, model: str) -> Iterable[str]:
    return (
        f"• {say('help.size_line', locale, ratio=ratio, size=size)}"
        for ratio, size in model_named(model).recommended.items()
    )


def _titled(title: Markup, lines: Iterable[str]) -> Block:
    return section(Markup("\n".join([f"*{title}*", *lines])))
