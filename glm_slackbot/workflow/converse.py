"""What a mention or a direct message becomes: a job, or a draft that is answered by a card.

Talk costs nothing, and whatever is said is answered once: every way ends in one row.
"""

from __future__ import annotations

from typing import Any

from glm_slackbot.domain.errors import BotError, UserError
from glm_slackbot.domain.image_models import MODELS, models_at
from glm_slackbot.domain.imagine import wants_help
from glm_slackbot.domain.job import Origin
from glm_slackbot.domain.quota import BUDGET_REACHED
from glm_slackbot.domain.talk import is_talk
from glm_slackbot.workflow.rules import rules_for
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.submit import keep_draft, submit_words


async def take_words(services: Services, origin: Origin, words: str) -> None:
    """Words said to the bot: help, talk, or a request."""
    if wants_help(words):
        await keep_draft(
            services,
            origin,
            words,
            card_text_id="help.usage",
            card_params=await help_params(services, origin),
            drawable=False,
        )
    elif is_talk(words):
        await keep_draft(services, origin, words, card_text_id="talk.greeting_or_question")
    else:
        await _take_request(services, origin, words)


async def help_params(services: Services, origin: Origin) -> dict[str, Any]:
    """What help tells of this bot: its command, its models, its limits."""
    defaults = (await rules_for(services, origin)).defaults
    return {
        "command": services.command,
        "model": defaults.model,
        "max_images": defaults.max_images,
        "models": models_at(defaults.provider) if defaults.provider else tuple(MODELS),
    }


async def take_aside(services: Services, origin: Origin, words: str, card_text_id: str) -> None:
    """Words that may not be meant as a request: **Draw this** makes them one."""
    if words.strip():
        await keep_draft(services, origin, words, card_text_id=card_text_id)
    else:
        await keep_draft(services, origin, words, card_text_id="talk.ask_for_words", drawable=False)


async def _take_request(services: Services, origin: Origin, words: str) -> None:
    try:
        await submit_words(services, words, origin)
    except UserError as error:
        await _answer_error(services, origin, words, error, drawable=False)
    except BotError as error:
        if error.text_id == BUDGET_REACHED:
            return  # a row is written, and the worker tells the asker of it
        # A quota frees up, an API key gets set: the words are kept for then.
        await _answer_error(services, origin, words, error, drawable=True)


async def _answer_error(
    services: Services, origin: Origin, words: str, error: BotError, *, drawable: bool
) -> None:
    await keep_draft(
        services,
        origin,
        words,
        card_text_id=error.text_id,
        card_params=error.params,
        drawable=drawable,
    )
