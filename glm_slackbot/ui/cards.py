"""The cards that answer people: values in, blocks out."""

from __future__ import annotations

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Draft, Job
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.blocks import Element, button, context, quote, section
from glm_slackbot.ui.blocks import actions as row
from glm_slackbot.ui.budget_cards import ask_admins
from glm_slackbot.ui.card import Block, Card
from glm_slackbot.ui.charge import can_try_again, charge_words, try_again_words
from glm_slackbot.ui.destination import Conversation, accepted_text_id
from glm_slackbot.ui.details import detail_lines, no_prompt_words, prompt_quote, prompt_start
from glm_slackbot.ui.help import help_card
from glm_slackbot.ui.words import Markup, channel, error_words, escape, joined, person, say, shorten

DRAFT_START = 300
"""Characters of a message shown beside Draw this."""


def accepted_card(
    job: Job,
    *,
    ahead: int,
    locale: str,
    read_in: Conversation,
    note_text_id: str | None = None,
) -> Card:
    """The private answer to a request; only its own button can ever change it."""
    place = channel(job.origin.channel_id)
    head = say(accepted_text_id(job, read_in), locale, place=place)
    lines = detail_lines(job.request, locale)
    if note_text_id:
        lines.append(say(note_text_id, locale))
    queue = say("job.ahead", locale, ahead=ahead) if ahead else say("job.none_ahead", locale)
    blocks = (
        section(head),
        *_request(job, locale),
        context([*lines, queue]),
        _cancel_row(job, locale),
        context([say("job.cancel_while_waiting", locale)]),
    )
    return Card(_with_prompt(head, job, locale), blocks)


def cancelled_card(job: Job, locale: str) -> Card:
    """Taken back while it waited; an earlier attempt of it may have cost something."""
    head = joined(locale, say("job.cancelled", locale), charge_words(job, locale))
    return _about(job, head, locale)


def not_now_card(job: Job, locale: str) -> Card:
    """Cancel was pressed in the middle of an order that may still come back to the queue."""
    card = _about(job, say("job.cancel_not_now", locale), locale)
    return Card(card.text, (*card.blocks, _cancel_row(job, locale)))


def too_late_card(job: Job, locale: str) -> Card:
    """Cancel was pressed after the wait was over."""
    return _about(job, say("job.too_late_to_cancel", locale), locale)


def already_card(job: Job, locale: str) -> Card:
    """The same request once more: a copy Slack sent again, or a button pressed twice."""
    return _about(job, say("job.already", locale), locale)


def waiting_card(job: Job, why: str, ahead: int, locale: str) -> Card:
    """The one note that the wait grows long; ``why`` is a value of ``ports.Waiting``."""
    reasons = {
        "queue": say("wait.queue", locale, ahead=ahead),
        "provider_busy": say("wait.provider_busy", locale),
    }
    return _about(job, reasons[why], locale)


def status_card(job: Job, locale: str) -> Card:
    """The small public message in the thread while the image is made."""
    head = say("job.drawing", locale, who=person(job.origin.user_id))
    start = prompt_start(job, locale)
    return Card(Markup(f"{head} {escape(start)}"), (context([head, start]),))


def ended_status_card(job: Job, locale: str) -> Card:
    """What the status message becomes without an image; it tells nothing private."""
    return _line(say("job.ended", locale, who=person(job.origin.user_id)))


def failure_card(job: Job, error: BotError, *, locale: str) -> Card:
    """What went wrong, what it may have cost, a reference, and Try again where it can help."""
    head = error_words(error, locale)
    small: list[str] = [charge_words(job, locale)]
    buttons = ask_admins(error, locale)
    if can_try_again(error):
        small += [line for line in (try_again_words(job, locale),) if line]
        buttons.append(button(text("action.try_again", locale), actions.TRY_AGAIN, job.id))
    small.append(say("job.reference", locale, reference=job.id))
    return Card(
        _with_prompt(head, job, locale),
        (section(head), *prompt_quote(job), context(small), *_row_of(buttons)),
    )


def error_card(error: BotError, locale: str, *, draft_id: str | None = None) -> Card:
    """The private answer where no request was written: what was wrong, and what would work."""
    head = error_words(error, locale)
    buttons = [*ask_admins(error, locale), *([_draw_this(draft_id, locale)] if draft_id else [])]
    return Card(head, (section(head), *_row_of(buttons)))


def draft_card(draft: Draft, locale: str) -> Card:
    """The free answer to talk, with Draw this for when it was meant as a prompt."""
    if draft.card_text_id == "help.usage":
        return help_card(draft.locale, **draft.card_params)  # type: ignore[arg-type]
    head = say(draft.card_text_id, locale, **draft.card_params)
    start = shorten(draft.text, DRAFT_START)
    if not (draft.drawable and start):
        return _line(head)
    press = "talk.press_draw_this" if _is_talk(draft) else "talk.press_draw_later"
    head = joined(locale, head, say(press, locale))
    return Card(head, (section(head), quote(start), row(_draw_this(draft.id, locale))))


def _is_talk(draft: Draft) -> bool:
    """Talk may have been meant as a prompt; an error is settled first."""
    return draft.card_text_id.startswith("talk.")


def gone_card(locale: str) -> Card:
    """A button whose request is no longer known."""
    return _line(say("error.gone", locale))


def not_yours_card(locale: str) -> Card:
    """A button was pressed by somebody whom it is not for."""
    return _line(say("error.not_yours", locale))


def deleted_card(job: Job, locale: str) -> Card:
    """Told in private to whoever deleted a result."""
    return _about(job, say("job.deleted", locale), locale)


def unexpected_card(reference: str, locale: str) -> Card:
    """A mistake of ours: a reference that is in the log too."""
    return _line(say("error.unexpected", locale, reference=reference))


def unsaved_card(locale: str) -> Card:
    """The request could not be written down in time."""
    return _line(say("error.not_saved", locale))


def _draw_this(draft_id: str, locale: str) -> Element:
    label = text("action.draw_this", locale)
    return button(label, actions.DRAW_DRAFT, draft_id, style="primary")


def _row_of(buttons: list[Element]) -> tuple[Block, ...]:
    return (row(*buttons),) if buttons else ()


def _line(words: Markup) -> Card:
    return Card(words, (section(words),))


def _about(job: Job, head: Markup, locale: str) -> Card:
    return Card(_with_prompt(head, job, locale), (section(head), *_request(job, locale)))


def _request(job: Job, locale: str) -> tuple[Block, ...]:
    return prompt_quote(job) or (context([no_prompt_words(job, locale)]),)


def _cancel_row(job: Job, locale: str) -> Block:
    return row(button(text("action.cancel", locale), actions.CANCEL, job.id))


def _with_prompt(head: Markup, job: Job, locale: str) -> Markup:
    return Markup(f"{head}\n{escape(prompt_start(job, locale))}")
