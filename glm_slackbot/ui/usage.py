"""What a person used and may: a card, and a part of the Home tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from glm_slackbot.domain.job import Job
from glm_slackbot.domain.workspace import Limits
from glm_slackbot.storage.usage import PersonUsage, Spent
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.blocks import button, context, plain, section
from glm_slackbot.ui.card import Block, Card
from glm_slackbot.ui.words import Markup, escape, money, say, shorten, when

PROMPT_START = 150


def usage_card(used: PersonUsage, limits: Limits, jobs: Sequence[Job], locale: str) -> Card:
    """The answer to ``usage``: what is used, what is allowed, the last images."""
    head = say("usage.title", locale)
    lines = usage_lines(used, limits, locale)
    return Card(
        Markup("\n".join([head, *lines])),
        (section(Markup(f"*{head}*\n" + "\n".join(lines))), *image_blocks(jobs, locale)),
    )


def usage_lines(used: PersonUsage, limits: Limits, locale: str) -> list[Markup]:
    """One line each for the day, the minute where it has a quota, and the month."""
    lines = [say("usage.day", locale, used=used.day, allowed=limits.daily_images)]
    if limits.minute_images is not None:
        lines.append(say("usage.minute", locale, used=used.minute, allowed=limits.minute_images))
    lines.append(
        say("usage.month", locale, count=used.month.count, costs=costs(used.month, locale))
    )
    if limits.channels is not None:
        lines.append(say("usage.channels", locale, channels=list(limits.channels)))
    return lines


def costs(spent: Spent, locale: str) -> Markup:
    """Money by currency, in words where there is none."""
    return _amounts(spent.micros) or say("usage.no_costs", locale)


def _amounts(micros: Mapping[str, int]) -> Markup:
    return Markup(" + ".join(money(amount, currency) for currency, amount in micros.items()))


def image_blocks(jobs: Sequence[Job], locale: str) -> list[Block]:
    """The last images: prompt, size, where they are, and Again."""
    if not jobs:
        return [section(say("usage.no_images", locale))]
    title = section(Markup(f"*{say('usage.last_images', locale)}*"))
    return [title, *(block for job in jobs for block in _image(job, locale))]


def _image(job: Job, locale: str) -> list[Block]:
    again = button(text("action.again", locale), actions.AGAIN, job.id)
    start = plain(shorten(job.request.prompt, PROMPT_START))
    facts = [
        text("job.size", locale, size=job.request.size),
        text("job.images", locale, count=job.request.n),
    ]
    moment = when(job.delivered_at or job.created_at, locale)
    small = Markup(" · ".join([*(escape(fact) for fact in facts), moment, _link(job, locale)]))
    return [{"type": "section", "text": start, "accessory": again}, context([small])]


def _link(job: Job, locale: str) -> Markup:
    """To the message; where Slack has not told its link, to its channel."""
    place = job.post_channel or job.origin.channel_id
    channel = f"https://slack.com/app_redirect?team={job.origin.team_id}&channel={place}"
    link = job.permalink or channel
    return Markup(f"<{escape(link)}|{say('usage.open', locale)}>")
