"""``imagine`` from checked arguments to an exit code."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from glm_slackbot.app.network_mistakes import network_mistakes
from glm_slackbot.cli.imagine_key import find_api_key
from glm_slackbot.cli.imagine_loop import run_until_left
from glm_slackbot.cli.imagine_output import JsonLines
from glm_slackbot.cli.imagine_report import Report
from glm_slackbot.cli.imagine_screen import open_screen
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.engine.batch import Batch, forgotten
from glm_slackbot.engine.making import Endpoint
from glm_slackbot.engine.not_made import INVALID_ARGUMENT, TIMEOUT, NotMade, Reason
from glm_slackbot.engine.one_image import Maker
from glm_slackbot.engine.outcome import SOME_FAILED, exit_code, not_made
from glm_slackbot.engine.prompts_file import read_prompts
from glm_slackbot.engine.run import Item, Run
from glm_slackbot.engine.saving import Place, as_utf8, make_folder, place_of
from glm_slackbot.engine.state_file import StateFile, open_state
from glm_slackbot.engine.state_place import check_no_other, lead_to, state_path
from glm_slackbot.engine.wish import Terms, read_wish
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.glm.http import open_http
from glm_slackbot.observe import set_up_logging
from glm_slackbot.texts import text

INTERRUPTED = 130
_FLAGS = ("size", "ar", "model", "quality", "n", "style", "no")


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line; flags of the prompt by name, as the parser knows them."""

    prompt: str | None
    flags: Mapping[str, str]
    user_id: str | None
    save: str | None
    as_json: bool
    output: Path | None
    endpoints: frozenset[Endpoint]
    timeout_s: float
    provider: Provider | None
    key_stdin: bool
    from_file: Path | None
    concurrency: int

    @classmethod
    def from_options(cls, given: Mapping[str, Any]) -> Asked:
        """As click gives them."""
        flags = {name: as_utf8(given[name]) for name in _FLAGS if given[name] is not None}
        if given["no_watermark"]:
            flags["no-watermark"] = ""
        return cls(
            prompt=None if given["prompt"] is None else as_utf8(given["prompt"]),
            flags=flags,
            user_id=given["user_id"],
            save=given["save"],
            as_json=given["as_json"],
            output=given["output"],
            endpoints=frozenset(
                way
                for way, name in ((Endpoint.SYNC, "sync"), (Endpoint.ASYNC, "by_task"))
                if given[name]
            ),
            timeout_s=given["timeout"],
            provider=given["provider"] and Provider(given["provider"]),
            key_stdin=given["key_stdin"],
            from_file=given["from_file"],
            concurrency=given["concurrency"],
        )


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
        raise _mistake("Give either a PROMPT, in quotes, or --from-file")
    if len(asked.endpoints) > 1:
        raise _mistake("--sync and --async are two ways to order; give one of them, or none")
    api_key = find_api_key(asked.provider, from_stdin=asked.key_stdin)
    set_up_logging("console", "ERROR", [api_key.secret])
    if mistakes := network_mistakes():
        raise _mistake("; ".join(mistakes))
    terms = Terms(api_key.provider, asked.flags, next(iter(asked.endpoints), None))
    _place_asked(asked)  # its folder may be that of the output, too
    lines.check()
    with ExitStack() as stack:
        if asked.from_file is None:
            items = _single_items(asked, terms)
            place, spool = stack.enter_context(_place(asked, None))
        else:
            prompts = read_prompts(asked.from_file)
            state = stack.enter_context(_state(asked, asked.from_file, report))
            place, spool = stack.enter_context(_place(asked, state))
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
        _end_by_sigterm()
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


def _end_by_sigterm() -> None:
    """As Ctrl-C does, which shells have ignored behind an ``&``: ``timeout`` and others send it."""
    work = asyncio.current_task()
    assert work is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)


def _single_items(asked: Asked, terms: Terms) -> list[Item]:
    request = read_wish(asked.prompt or "", terms)
    order = _new_id()
    return [
        Item(request.prompt, request, request_id=f"{order}-{position}")
        for position in range(request.n)
    ]


@contextmanager
def _state(asked: Asked, prompts: Path, report: Report) -> Iterator[StateFile]:
    place = _place_asked(asked)
    save = place.folder if asked.save and place else None
    path = state_path(prompts, asked.output, save)
    check_no_other(path, prompts, save)
    with open_state(path) as state:
        if not lead_to(path, prompts):
            report.not_led_to(path, prompts)
        yield state


@contextmanager
def _place(asked: Asked, state: StateFile | None) -> Iterator[tuple[Place | None, Path | None]]:
    """Where images are kept, and where their bytes arrive before they have a name."""
    place = _place_asked(asked)
    if place is None:
        yield None, None
        return
    # By the whole path: batches in other folders may have state files of the same name.
    name = _new_id() if state is None else _name_of(state.path)
    spool = place.folder / f".glm-slackbot-{name}"
    shutil.rmtree(spool, ignore_errors=True)  # of a killed run of this batch
    make_folder(spool)
    try:
        yield place, spool
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _place_asked(asked: Asked) -> Place | None:
    if asked.save is None:
        return None if asked.as_json else place_of(".")
    place = place_of(asked.save)
    if asked.from_file is not None and place.stem is not None:
        raise _mistake("--from-file makes many images: --save must name a folder")
    return place


def _name_of(state: Path) -> str:
    return hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:32]


def _new_id() -> str:
    return uuid4().hex


def _not_ordered() -> NotMade:
    return NotMade(Reason.TIMEOUT, TIMEOUT, text("engine.not_ordered", "en"))


def _mistake(words: str) -> NotMade:
    return NotMade(Reason.WRONG_USE, INVALID_ARGUMENT, words)
