"""``imagine`` from checked arguments to an exit code."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import click

from glm_slackbot.app.network_mistakes import network_mistakes
from glm_slackbot.cli.imagine_asked import Asked, mistake
from glm_slackbot.cli.imagine_key import find_api_key
from glm_slackbot.cli.imagine_loop import run_until_left
from glm_slackbot.cli.imagine_output import JsonLines
from glm_slackbot.cli.imagine_places import open_batch, open_place, place_asked
from glm_slackbot.cli.imagine_report import Report
from glm_slackbot.cli.imagine_screen import open_screen
from glm_slackbot.engine.batch import Batch, forgotten
from glm_slackbot.engine.not_made import TIMEOUT, NotMade, Reason
from glm_slackbot.engine.one_image import Maker
from glm_slackbot.engine.outcome import SOME_FAILED, exit_code, not_made
from glm_slackbot.engine.prompts_file import read_prompts
from glm_slackbot.engine.run import Item, Run
from glm_slackbot.engine.saving import Place
from glm_slackbot.engine.wish import Terms, read_wish
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.glm.http import open_http
from glm_slackbot.observe import set_up_logging
from glm_slackbot.texts import text

INTERRUPTED = 130


def carry_out(asked: Asked) -> int:
    """Make what was asked for, tell it, and give the exit code."""
    lines = JsonLines(on_stdout=asked.as_json, output=asked.output)
    report = Report(silent=asked.as_json, is_batch=asked.from_file is not None)
    try:
        code = _carry_out(asked, lines, report)
    except NotMade as ended:
        code = _tell_mistake(ended, asked, lines, report)
    except (KeyboardInterrupt, click.Abort):
        if report.has_begun:
            raise
        _tell_mistake(_not_ordered(), asked, lines, report)
        code = INTERRUPTED
    if fault := lines.fault or report.fault:
        report.not_written(fault)
        code = code or SOME_FAILED
    return code


def _tell_mistake(ended: NotMade, asked: Asked, lines: JsonLines, report: Report) -> int:
    outcome = not_made(ended, prompt=asked.prompt)
    lines.tell_mistake(outcome, keep=asked.from_file is not None)
    report.mistake(ended)
    return exit_code([outcome])


def _carry_out(asked: Asked, lines: JsonLines, report: Report) -> int:
    if (asked.prompt is None) == (asked.from_file is None):
        raise mistake("Give either a PROMPT, in quotes, or --from-file")
    if len(asked.endpoints) > 1:
        raise mistake("--sync and --async are two ways to order; give one of them, or none")
    api_key = find_api_key(asked.provider, from_stdin=asked.key_stdin)
    set_up_logging("console", "ERROR", [api_key.secret])
    if mistakes := network_mistakes():
        raise mistake("; ".join(mistakes))
    terms = Terms(api_key.provider, asked.flags, next(iter(asked.endpoints), None))
    place_asked(asked)  # its folder may be that of the output, too
    lines.check()
    with ExitStack() as stack:
        if asked.from_file is None:
            items = _single_items(asked, terms)
            place, spool = stack.enter_context(open_place(asked, None))
        else:
            prompts = read_prompts(asked.from_file)
            state = stack.enter_context(open_batch(asked, asked.from_file, report))
            place, spool = stack.enter_context(open_place(asked, state))
            items = Batch(terms, state, _new_id, wants_files=place is not None).items(prompts)
            report.resumes(state, items, forgotten(state, items))
        return _make(asked, api_key, terms, (place, spool), items, lines, report)


def _make(
    asked: Asked,
    api_key: ApiKey,
    terms: Terms,
    kept: tuple[Place | None, Path | None],
    items: Sequence[Item],
    lines: JsonLines,
    report: Report,
) -> int:
    async def run() -> None:
        _end_by_signals()
        async with open_http() as http:
            maker = Maker(http, api_key, terms, asked.timeout_s, asked.user_id, *kept)
            with open_screen(items, lines, is_batch=asked.from_file is not None) as screen:
                await Run(maker, items, screen).all(asked.concurrency)

    code = None
    report.has_begun = True
    try:
        run_until_left(run())
    except (KeyboardInterrupt, asyncio.CancelledError):
        code = INTERRUPTED
    left = [item for item in items if item.outcome is None]
    if code is None and left:
        report.not_ordered(len(left))
        code = exit_code(item.outcome for item in items if item.outcome) or SOME_FAILED
    if asked.from_file is None:
        _end_unordered(left)
    lines.tell_rest(items)
    report.tell(items, stopped=bool(left))
    return code or exit_code([item.outcome for item in items if item.outcome is not None])


def _end_unordered(items: Sequence[Item]) -> None:
    for item in items:
        ended = _not_ordered()
        item.outcome = not_made(ended, request=item.request, request_id=item.request_id)


def _end_by_signals() -> None:
    """As Ctrl-C does, which shells have ignored behind an ``&``: ``timeout`` sends SIGTERM, a
    terminal that is closed SIGHUP, unless ``nohup`` is before it.
    """
    work = asyncio.current_task()
    assert work is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)


def _single_items(asked: Asked, terms: Terms) -> list[Item]:
    request = read_wish(asked.prompt or "", terms)
    order = _new_id()
    return [
        Item(request.prompt, request, request_id=f"{order}-{position}")
        for position in range(request.n)
    ]


def _new_id() -> str:
    return uuid4().hex


def _not_ordered() -> NotMade:
    return NotMade(Reason.TIMEOUT, TIMEOUT, text("engine.not_ordered", "en"))
