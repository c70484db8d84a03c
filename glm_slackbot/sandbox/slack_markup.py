"""Slack's markup: what typing does to text, and what a bot's text would do to people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from glm_slackbot.sandbox.slack_errors import Json

_TYPED_URL = re.compile(r"https?://[^\s<>|]+")
_TYPED_MAIL = r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
_TYPED_HOST = r"(?<![\w@./-])(?P<host>(?:[a-z0-9-]+\.)+(?:com|org|net|io|ai|cn|dev))(?![\w.-])"
_TYPED_BARE = re.compile(f"{_TYPED_MAIL}|{_TYPED_HOST}", re.ASCII)
_WRAPPED = re.compile(r"<([^<>]+)>")
_PING = re.compile(r"<(![^<>|]+|@[UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_NAMED_PING = re.compile(r"(?<![\w@])@(?:channel|here|everyone|[a-z][\w.-]*)")
_ADDRESS = re.compile(r"https?://|mailto:|tel:")


def escape_typed(text: str, *, in_message: bool = False) -> str:
    """What a person typed, as Slack sends it: `& < >` escaped, addresses in `<…>`.

    In messages, other than in commands, bare hosts and mail addresses become links too.
    """
    between = _linked if in_message else _escape
    escaped, end = "", 0
    for url in _TYPED_URL.finditer(text):
        address = url.group().rstrip(".,;:!?)\"'")
        escaped += between(text[end : url.start()]) + f"<{_escape(address)}>"
        end = url.start() + len(address)
    return escaped + between(text[end:])


def as_read(text: str) -> str:
    """mrkdwn as a person reads it, for transcripts: wrappers gone, entities undone."""
    shown = _WRAPPED.sub(lambda found: found.group(1).rpartition("|")[2], text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def pings(text: str, blocks: Sequence[Json], *, by_name: bool = False) -> list[str]:
    """Whom a message would notify: `!channel`, `@U1`; with `link_names` also `@name` typed out."""
    found = []
    for sink in mrkdwn_sinks(text, blocks):
        found += [ping for ping in _PING.findall(sink) if not ping.startswith("!date")]
        found += _NAMED_PING.findall(sink) if by_name else []
    return found + [ping for part in _parts(blocks) if (ping := _rich_ping(part))]


def links(text: str, blocks: Sequence[Json]) -> list[tuple[str, str]]:
    """The links a message makes: address and the words shown for it (empty: the address)."""
    found = []
    for sink in mrkdwn_sinks(text, blocks):
        for wrapped in _WRAPPED.findall(sink):
            address, _, words = wrapped.partition("|")
            if _ADDRESS.match(address):
                found.append((address, words))
    rich = [part for part in _parts(blocks) if part.get("type") == "link" and "url" in part]
    return found + [(part["url"], part.get("text", "")) for part in rich]


def mrkdwn_sinks(text: str, blocks: Sequence[Json]) -> Iterator[str]:
    """Every string of a message that Slack reads as markup."""
    yield text
    for part in _parts(blocks):
        if part.get("type") in {"mrkdwn", "markdown"} and isinstance(part.get("text"), str):
            yield part["text"]


def words_of(blocks: Sequence[Json]) -> str:
    """All that blocks show, a line each: for assertions and transcripts."""
    lines = []
    for part in _parts(blocks):
        if not isinstance(part.get("text"), str):
            continue
        literal = part.get("type") in {"plain_text", "text", "link"}
        lines.append(part["text"] if literal else as_read(part["text"]))
    return "\n".join(lines)


def _parts(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _parts(part)


def _rich_ping(part: Json) -> str:
    match part:
        case {"type": "broadcast", "range": str(wide)}:
            return f"!{wide}"
        case {"type": "user", "user_id": str(user)}:
            return f"@{user}"
        case {"type": "usergroup", "usergroup_id": str(group)}:
            return f"!subteam^{group}"
    return ""


def _linked(text: str) -> str:
    def link(found: re.Match[str]) -> str:
        words = found.group()
        return f"<mailto:{words}|{words}>" if found["mail"] else f"<http://{words}|{words}>"

    return _TYPED_BARE.sub(link, _escape(text))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
