"""Block Kit as lines of text, each block as Slack lays it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text

from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_message import label_of
from glm_slackbot.sandbox.slack_state import SlackWorkspace
from glm_slackbot.sandbox.transcript_markup import name_of, read_mrkdwn

SMALL = "bright_black"
QUOTE_BAR = "> "
_STYLE_OF_BUTTON = {"primary": "bold green", "danger": "bold red"}
_GAP = "   "
"""Between the parts of a context block, which Slack shows side by side."""


def block_lines(blocks: Sequence[Json], workspace: SlackWorkspace) -> list[Text]:
    """What a person reads, a paragraph each."""
    lines: list[Text] = []
    for block in blocks:
        lines += _DRAWN.get(block["type"], _unknown)(block, workspace)
    return lines


def _section(block: Json, workspace: SlackWorkspace) -> list[Text]:
    texts = [block["text"]] if "text" in block else []
    lines = [line for part in (*texts, *block.get("fields", ())) for line in _text(part, workspace)]
    return [*lines, *_row([block["accessory"]])] if "accessory" in block else lines


def _context(block: Json, workspace: SlackWorkspace) -> list[Text]:
    parts = [
        Text(f"({part['alt_text']})") if part["type"] == "image" else _joined(part, workspace)
        for part in block["elements"]
    ]
    line = Text(_GAP).join(parts)
    line.stylize(SMALL)
    return [line]


def _actions(block: Json, workspace: SlackWorkspace) -> list[Text]:
    return _row(block["elements"])


def _header(block: Json, workspace: SlackWorkspace) -> list[Text]:
    return [Text(block["text"]["text"], style="bold")]


def _divider(block: Json, workspace: SlackWorkspace) -> list[Text]:
    return [Text("─" * 20, style=SMALL)]


def _image(block: Json, workspace: SlackWorkspace) -> list[Text]:
    return [Text(f"(image: {block['alt_text']})")]


def _rich(block: Json, workspace: SlackWorkspace) -> list[Text]:
    lines: list[Text] = []
    for part in block["elements"]:
        bar = QUOTE_BAR if part["type"] == "rich_text_quote" else ""
        words = "".join(_rich_words(piece, workspace) for piece in part["elements"])
        style = "italic" if bar else ""
        lines += [Text(f"{bar}{line}", style=style) for line in words.split("\n")]
    return lines


def _rich_words(piece: Json, workspace: SlackWorkspace) -> str:
    match piece["type"]:
        case "text":
            return str(piece["text"])
        case "user":
            return f"@{name_of(piece['user_id'], workspace)}"
        case "link":
            return str(piece.get("text") or piece["url"])
        case "rich_text_section":  # an item of a list
            return "• " + "".join(_rich_words(p, workspace) for p in piece["elements"]) + "\n"
        case kind:
            return f"({kind})"


def _unknown(block: Json, workspace: SlackWorkspace) -> list[Text]:
    return [Text(f"(a block of the type {block['type']})")]


def _text(part: Json, workspace: SlackWorkspace) -> list[Text]:
    return list(_joined(part, workspace).split("\n", allow_blank=True))


def _joined(part: Json, workspace: SlackWorkspace) -> Text:
    if part["type"] == "mrkdwn":
        return read_mrkdwn(part["text"], workspace)
    return Text(part["text"])


def _row(elements: Sequence[Json]) -> list[Text]:
    buttons = [
        Text(
            f"[{label_of(e) or e['type']}]", style=_STYLE_OF_BUTTON.get(e.get("style", ""), "bold")
        )
        for e in elements
    ]
    return [Text(" ").join(buttons)]


_DRAWN: dict[str, Callable[[Json, SlackWorkspace], list[Text]]] = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "header": _header,
    "divider": _divider,
    "image": _image,
    "rich_text": _rich,
}
