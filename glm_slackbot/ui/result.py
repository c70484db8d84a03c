"""What stands under the images: the request, who asked, what is missing, and two buttons."""

from __future__ import annotations

from collections.abc import Sequence

from glm_slackbot.domain.job import Image, Job
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.blocks import Element, button, context, plain, section
from glm_slackbot.ui.blocks import actions as row
from glm_slackbot.ui.card import Block, Card
from glm_slackbot.ui.details import detail_lines, prompt_quote, prompt_start
from glm_slackbot.ui.result_notes import result_notes
from glm_slackbot.ui.words import Markup, escape, person, say, shorten

TITLE_LIMIT = 80


def result_card(job: Job, images: Sequence[Image], locale: str) -> Card:
    """The blocks under the files of one message."""
    blocks = (
        *prompt_quote(job),
        context([_asked_by(job, locale), *detail_lines(job.request, locale)]),
        *(section(note) for note in result_notes(job, images, locale)),
        _buttons(job, images, locale),
    )
    asked_by = _asked_by(job, locale)
    return Card(Markup(f"{asked_by}\n{escape(prompt_start(job, locale))}"), blocks)


def result_comment(job: Job, images: Sequence[Image], locale: str) -> str:
    """The same words as mrkdwn, for files that are shared without blocks."""
    lines = [
        escape(job.request.prompt),
        _asked_by(job, locale),
        *(escape(line) for line in detail_lines(job.request, locale)),
        *result_notes(job, images, locale),
    ]
    return "\n".join(lines)


def buttons_card(job: Job, images: Sequence[Image], locale: str) -> Card:
    """The two buttons as a message of their own, after files shared without blocks."""
    head = say("result.next", locale)
    return Card(head, (section(head), _buttons(job, images, locale)))


def file_title(job: Job) -> str:
    """The start of the prompt on one line; Slack shows a title literally."""
    return shorten(job.request.prompt, TITLE_LIMIT) or job.request.model


def file_name(job: Job, image: Image, suffix: str) -> str:
    """A plain ASCII name; ``suffix`` with or without its dot, from the image's first bytes."""
    return f"glm-image-{job.id}-{image.position + 1}.{suffix.lstrip('.')}"


def _asked_by(job: Job, locale: str) -> Markup:
    return say("result.asked_by", locale, who=person(job.origin.user_id))


def _buttons(job: Job, images: Sequence[Image], locale: str) -> Block:
    confirm: Element = {
        "title": plain(text("action.delete_title", locale)),
        "text": plain(text("action.delete_question", locale, count=len(images))),
        "confirm": plain(text("action.delete", locale)),
        "deny": plain(text("action.keep", locale)),
        "style": "danger",
    }
    return row(
        button(text("action.again", locale), actions.AGAIN, job.id),
        button(text("action.delete", locale), actions.DELETE, job.id, confirm=confirm),
    )
