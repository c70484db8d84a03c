"""Small talk: what is said to the bot without wanting an image, so that it costs nothing."""

from __future__ import annotations

import re

from glm_slackbot.domain.characters import to_half_width

_THANKS = """
thanks|thank you|thank u|thx|ty|tysm|cheers|many thanks|thanks a lot|thanks so much
thank you so much|thank you very much|thanks again|ok thanks|ok thank you|great thanks
谢谢|谢谢你|谢谢您|谢谢啦|谢了|多谢|感谢|非常感谢|太感谢了|谢谢大家|辛苦了|辛苦啦|谢啦|3q|好的谢谢
"""
_GREETINGS = """
hi|hello|hey|hi there|hello there|hey there|hi all|hello everyone|good morning|good afternoon
good evening|morning|good night|bye|goodbye|howdy|yo|how are you|how's it going|nice to meet you
你好|您好|你好呀|你好啊|嗨|哈喽|哈啰|哈罗|嘿|早|早安|早上好|上午好|中午好|下午好|晚上好|晚安|再见|拜拜
在吗|在不在|你好吗|大家好|很高兴认识你
"""
_QUESTIONS = """
who are you|what are you|what is this|what's this|what's your name|what is your name|are you a bot
are you a robot|are you human|are you there|who made you|what can you do|what do you do
how do you work|how does this work|how do i use you|how do i use this|how to use|how to use you
how can i use you|how can you help|how can you help me|what can you help me with
can you help|can you help me|what do you cost|how much do you cost|what model are you
which model do you use|what model do you use
你是谁|您是谁|你是什么|你叫什么|你叫什么名字|你是机器人吗|你是人吗|你会什么|你会做什么|你会干什么|你能做什么
你能干什么|你能干嘛|你可以做什么|你有什么功能|你能做些什么|你会些什么|怎么用|怎么用你|怎么使用|如何使用
这是什么|谁开发了你|谁做的你|你用的什么模型|你用什么模型|你是什么模型|你能帮我吗|你能帮我做什么|你怎么用
"""
_LEAD_INS = frozenset(
    {"ok", "okay", "great", "perfect", "cool", "nice", "wow", "好的", "好", "太好了", "不错"}
)
_SAYINGS = frozenset(re.split(r"[|\n]", (_THANKS + _GREETINGS + _QUESTIONS).strip()))
_CALLED = re.compile(r"\s+(?:bot|robot|glm|glm-image|机器人)$")
_SLACK_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?")
_TALKING_EMOJI = re.compile("(?:[👍🙏👋❤😊🙂🎉👏][\U0001f3fb-\U0001f3ff\ufe0f]?\\s*)+")
_BREAK = re.compile(r"[,.;!?~，。；！？、～…\n]+")
_OUTSIDE_WORDS = re.compile(r"^[\W_]+|[\W_]+$")


def is_talk(text: str) -> bool:
    """Whether the whole message is thanks, a greeting or a question about the bot.

    Punctuation, emoji and case do not matter; "hi-res fox" is a prompt.
    """
    plain = to_half_width(text).lower().replace("’", "'").strip()
    if _TALKING_EMOJI.fullmatch(plain):
        return True
    sayings = [_saying(part) for part in _BREAK.split(_SLACK_EMOJI.sub(" ", plain))]
    said = [saying for saying in sayings if saying]
    wanted = [saying for saying in said if saying not in _LEAD_INS]
    return bool(wanted) and all(saying in _SAYINGS for saying in wanted)


def _saying(part: str) -> str:
    words = " ".join(_OUTSIDE_WORDS.sub("", part).split())
    return _CALLED.sub("", words)
