"""Whatever is typed: no exception but ours, and no flag left in the prompt."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.imagine import (
    ImageRequest,
    ImagineDefaults,
    flag_table,
    parse_imagine,
    wants_help,
)
from glm_slackbot.domain.size import Size
from glm_slackbot.domain.talk import is_talk

DEFAULTS = ImagineDefaults()
NAMES = [flag.name for flag in flag_table()]
PREFIXES = ["--", "－－", "—", "——", "–", "-", "－", "---"]
VALUES = [
    "1024x1024",
    "１０２４×１０２４",
    "16:9",
    "16：9",
    "hd",
    "2",
    "oil",
    "水彩",
    "9",
    "x",
    "cogview-4",
]
GLUE = [
    "",
    " ",
    "  ",
    "\n",
    "\u00a0",
    "\u3000",
    "=",
    "＝",
    "狐",
    "，",
    "「",
    "」",
    "“",
    "”",
    "’",
    "…",
    "'",
    '"',
    "é",
    "🦊",
]


def full_width(word: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in word)


words = st.sampled_from(NAMES).flatmap(
    lambda name: st.sampled_from([name, name.upper(), full_width(name), name[:-1], name + "s"])
)
fragments = st.one_of(
    st.sampled_from(PREFIXES),
    words,
    st.sampled_from(VALUES),
    st.sampled_from(GLUE),
    st.sampled_from(["a fox", "no one", "the size", "-", "--5"]),
    st.text(max_size=4),
)
flags = st.builds(
    lambda prefix, name, between, value, after: prefix + name + between + value + after,
    st.sampled_from(PREFIXES[:5]),
    st.sampled_from(NAMES),
    st.sampled_from([" ", "="]),
    st.sampled_from(VALUES),
    st.sampled_from([" ", "\n", ""]),
)
texts = st.lists(st.one_of(fragments, flags), max_size=12).map("".join)

# Written apart from the parser, so that both would have to be wrong alike.
LEAKED = re.compile(
    r"(?:^|(?<=[\s\u3001-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff0f\uff1a-\uff20])"
    r"|(?<=[\u4e00-\u9fff][…”’]))"
    r"(?:--|－－|——?|–)"
    r"(?:size|ar|model|quality|n|style|no|no-watermark)(?![\w\u0300-\u036f]|-\w|－\w)"
)


def parsed(text: str) -> ImageRequest | None:
    try:
        return parse_imagine(text, DEFAULTS)
    except UserError:
        return None


def plain(prompt: str) -> str:
    letters = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF21, 0xFF5B)})
    return prompt.translate(letters).lower()


@settings(max_examples=500, deadline=None)
@given(texts)
@example("狐狸--no-watermark—size 1024x1024")
@example("狐－--no-watermark－－n 2")
@example("—siz－--n 2")
@example("—ab－--n 2")
@example("狐--no-watermark”—n 2")
@example("狐…--no-watermark…—n 2")
def test_no_exception_but_ours_and_no_flag_in_the_prompt(text: str) -> None:
    request = parsed(text)
    if request is None:
        return
    assert request.prompt == request.prompt.strip()
    assert LEAKED.search(plain(request.prompt)) is None
    assert parsed(request.prompt) == ImageRequest(request.prompt, "glm-image", Size(1280, 1280))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_is_read_without_an_exception_but_ours(text: str) -> None:
    parsed(text)
    parsed(f"--style {text}")
    parsed(f"--ar {text}")
    parsed(f"--size {text}")
    wants_help(text)
    is_talk(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abc xyz狐狸，。!?'\"\n🦊é", max_size=60))
def test_text_without_flags_stays_as_typed(text: str) -> None:
    request = parsed(text)
    assert request is not None
    assert request.prompt == text.strip()
