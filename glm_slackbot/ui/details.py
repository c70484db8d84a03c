"""What was asked for, in words: the lines under a card and under an image."""

from __future__ import annotations

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.domain.job import Job
from glm_slackbot.texts import text
from glm_slackbot.ui.blocks import quote
from glm_slackbot.ui.card import Block
from glm_slackbot.ui.words import shorten

START_OF_PROMPT = 80


def prompt_quote(job: Job) -> tuple[Block, ...]:
    """The prompt as typed; nothing while it must still be read from the thread."""
    return (quote(job.request.prompt),) if job.request.prompt.strip() else ()


def prompt_start(job: Job, locale: str) -> str:
    """The start of the prompt on one line, unescaped."""
    start = shorten(job.request.prompt, START_OF_PROMPT)
    return start or no_prompt_words(job, locale)


def no_prompt_words(job: Job, locale: str) -> str:
    """Why no prompt is shown: it must still be read, or it is kept no longer."""
    return text("job.prompt_of_thread" if job.needs_prompt else "kept.prompt_erased", locale)


def detail_lines(request: ImageRequest, locale: str) -> list[str]:
    """Model, size and whatever else was asked for, unescaped, one line each subject."""
    facts = [
        text("job.model", locale, model=request.model),
        text("job.size", locale, size=request.size),
    ]
    if request.quality:
        facts.append(text("job.quality", locale, quality=request.quality))
    if request.n > 1:
        facts.append(text("job.images", locale, count=request.n))
    if not request.watermark:
        facts.append(text("job.no_watermark", locale))
    lines = [" · ".join(facts)]
    if request.style:
        lines.append(text("job.style", locale, style=request.style))
    if request.avoid:
        lines.append(text("job.avoid", locale, avoid=request.avoid))
    return lines
