"""What can be typed into the sandbox, and what each line means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from glm_slackbot.domain.imagine import wants_help
from glm_slackbot.domain.talk import is_talk


class Kind(Enum):
    """What a line does."""

    BLANK = auto()
    COMMAND = auto()
    INVITE = auto()
    MENTION = auto()
    THREAD = auto()
    DIRECT = auto()
    PRESS = auto()
    AS = auto()
    IN = auto()
    HOME = auto()
    HELP = auto()
    QUIT = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Line:
    """A line's kind, and the words it is about."""

    kind: Kind
    words: str = ""

    @property
    def asks_for_image(self) -> bool:
        """Whether an image should come of it: not of help, talk, or words beside the bot."""
        if self.kind not in {Kind.COMMAND, Kind.MENTION, Kind.THREAD, Kind.DIRECT}:
            return False
        said = _MENTIONED.sub("", self.words.strip())
        meant = self.kind in {Kind.COMMAND, Kind.DIRECT} or said != self.words.strip()
        is_free = wants_help(said) or (self.kind is not Kind.COMMAND and is_talk(said))
        return meant and not is_free


HELP = """\
/imagine a fox in the snow --ar 16:9   the slash command; /imagine help lists the flags
@bot a fox in the snow                 a mention in the channel (@GLM-Image is the bot, too)
thread: @bot --ar 1:1                  the same in the thread of the newest message there
dm: a fox in the snow                  a direct message to the bot
press Again                            press a button by its label, on the newest message with it
as lin                                 be dana, ada (admin), lin (reads Chinese) or gil (guest)
in #random                             go to #design, #atelier (private), #random (no bot) or dm
/invite @bot                           let the bot into the channel
home                                   open the bot's Home tab
help, quit                             this list; the end (so does the end of input)"""

_NAMED = re.compile(r"(?P<name>thread|dm)\s*[:：]\s*(?P<words>.*)", re.IGNORECASE | re.DOTALL)
_VERB = re.compile(r"(?P<verb>press|as|in)\s+(?P<words>\S.*)", re.IGNORECASE)
_COMMAND = re.compile(r"/imagine(?!\S)\s*(?P<words>.*)", re.IGNORECASE | re.DOTALL)
_MENTIONED = re.compile(r"^@(?:glm-image|bot)(?![\w-])\s*", re.IGNORECASE | re.ASCII)
_ANY_MENTION = re.compile(r"(?<![\w@])@(?:glm-image|bot)(?![\w-])", re.IGNORECASE | re.ASCII)
_KIND_OF = {
    "thread": Kind.THREAD,
    "dm": Kind.DIRECT,
    "press": Kind.PRESS,
    "as": Kind.AS,
    "in": Kind.IN,
}
_BARE = {
    "": Kind.BLANK,
    "home": Kind.HOME,
    "help": Kind.HELP,
    "?": Kind.HELP,
    "quit": Kind.QUIT,
    "exit": Kind.QUIT,
}


def read_line(typed: str) -> Line:
    """What a line means; never an error."""
    words = typed.strip()
    if kind := _BARE.get(words.lower()):
        return Line(kind)
    if found := _COMMAND.fullmatch(words):
        return Line(Kind.COMMAND, found["words"])
    if re.match(r"/invite\b", words, re.IGNORECASE):
        return Line(Kind.INVITE)
    if found := _NAMED.fullmatch(words):
        return Line(_KIND_OF[found["name"].lower()], found["words"])
    if found := _VERB.fullmatch(words):
        return Line(_KIND_OF[found["verb"].lower()], found["words"].strip())
    if _ANY_MENTION.search(words):
        return Line(Kind.MENTION, words)
    return Line(Kind.UNKNOWN, words)
