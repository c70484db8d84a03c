"""Small talk: what is said to the bot without wanting an image, so that it costs nothing."""

from __future__ import annotations

import re

from glm_slackbot.domain.characters import to_half_width

_THANKS = """
thanks|thank you|thank u|thx|ty|tysm|cheers|many thanks|thanks a lot|thanks so much|thanks man
thank you so much|thank you very much|thanks again|ok thanks|ok thank you|great thanks
thanks mate|thanks buddy|thanks everyone|thanks all|thanks team|thank you all|thank you everyone
谢谢|谢谢你|谢谢您|谢谢啦|谢了|多谢|感谢|非常感谢|太感谢了|谢谢大家|辛苦了|辛苦啦|谢啦|3q|好的谢谢
谢谢你的图片|谢谢你的图|谢谢你的帮助|谢谢帮忙|多谢了|太谢谢了|十分感谢|你辛苦了|好的辛苦了
"""
_PRAISE = """
great job|good job|nice job|great work|good work|nice work|well done|good bot|nice one|nice bot
great bot|ok bot|love it|i love it|i like it|looks good|looks great|sounds good|very nice|so cool
that's great|that's perfect|that's awesome|got it
太棒了|真棒|很棒|棒|真好看|很好看|好看|太好看了|真漂亮|很漂亮|太美了|真不错|很不错|很好|非常好|我喜欢
很喜欢|做得好|干得好|干得漂亮|厉害|太厉害了|真厉害|完美|收到|明白了|知道了|可以|行
"""
_GREETINGS = """
hi|hello|hey|hi there|hello there|hey there|hi all|hello everyone|good morning|good afternoon
good evening|morning|good night|bye|goodbye|howdy|yo|how are you|how's it going|nice to meet you
how are you doing|how are you today|what's up|see you
你好|您好|你好呀|你好啊|嗨|哈喽|哈啰|哈罗|嘿|早|早安|早上好|上午好|中午好|下午好|晚上好|晚安|再见|拜拜
在吗|在不在|你好吗|大家好|很高兴认识你
"""
_QUESTIONS = """
who are you|what are you|what is this|what's this|what's your name|what is your name|are you there
are you human|are you real|who made you|what do you do|what is glm|what is glm-image|how to use
how to use you|how to use this|how to use it|how can you help|how can you help me|can you help
what can you help me with|can you help me|can you draw|can you draw images|can you make images
what model are you|are you free|is this free|is it free|help me|help me please|please help
please help me|i need help|how does this bot work|how do i use this bot
你是谁|您是谁|你是什么|你叫什么|你叫什么名字|你是机器人吗|你是人吗|你是真人吗|你是ai吗|你是人工智能吗
你会什么|你会做什么|你会干什么|你能做什么|你能干什么|你能干嘛|你可以做什么|你有什么功能|你能做些什么
你会些什么|你会画什么|你能画什么|你可以画什么|你会画画吗|你能画画吗|你会画图吗|你能画图吗|你能画些什么
怎么用|怎么用你|怎么使用|如何使用|你怎么用|这个怎么用|这个怎么使用|这怎么用|这个机器人怎么用|要怎么用
这是什么|谁开发了你|谁做的你|你用的什么模型|你用什么模型|你是什么模型|有什么模型|有哪些模型|支持哪些模型
支持什么尺寸|支持哪些尺寸|有哪些尺寸|有哪些参数|有什么参数|支持哪些参数|你能帮我吗|你能帮我做什么
帮帮我|帮我|帮我一下|多少钱|要多少钱|多少钱一张|一张多少钱|一张图多少钱|收费吗|要钱吗|免费吗|怎么收费
要收费吗|是免费的吗
"""
_ALONE = """
ok|okay|great|perfect|cool|nice|wow|awesome|amazing|excellent|brilliant|wonderful
好的|好|好吧|好滴|太好了|不错|嗯|哇|哦
"""
_NAMES = frozenset({"bot", "robot", "glm", "glm-image", "机器人"})
_FORMS = re.compile(
    r"""
    (?:what|which)\ (?:models?|sizes?|flags?|options?|qualit(?:y|ies)|aspect\ ratios?|languages?)
      \ (?:(?:do|can|does)\ (?:you|it|this|i)\ (?:have|support|offer|use|know|take)
         |are\ (?:there|supported|available))
    |what\ can\ (?:you|it|this|i)\ (?:do|draw|make|create|generate|paint)(?:\ for\ (?:me|us))?
    |how\ (?:do|does)\ (?:you|it|this|that)\ work
    |how\ (?:do|can|should)\ (?:i|we)\ use\ (?:you|it|this)
    |(?:how\ much|what)\ (?:do|does)\ (?:you|it|this|an\ image|one\ image)\ cost
    |are\ you\ (?:an?\ )?(?:ai|bot|robot|human|machine|person|real\ person|model)
    |(?:thanks|thank\ you)(?:\ so\ much|\ very\ much)?\ for
      \ (?:the|your|these|this|that|all\ the|all\ your)\ (?:images?|pictures?|help|work)
    """,
    re.VERBOSE,
)


def _each(*lists: str) -> frozenset[str]:
    return frozenset(saying for words in lists for saying in re.split(r"[|\n]", words.strip()))


_LEAD_INS = _each(_ALONE)
_SAYINGS = _each(_THANKS, _PRAISE, _GREETINGS, _QUESTIONS)
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
    parts = [_words(part) for part in _BREAK.split(_SLACK_EMOJI.sub(" ", plain))]
    said = [words for words in parts if words and words not in _NAMES]
    return bool(said) and all(_is_saying(words) for words in said)


def _words(part: str) -> str:
    return " ".join(_OUTSIDE_WORDS.sub("", part).split())


def _is_saying(words: str) -> bool:
    if words in _LEAD_INS:  # with the bot's name not cut off: "cool robot" is a prompt
        return True
    first, _, rest = words.partition(" ")
    led = rest if first in _LEAD_INS and rest.startswith("thank") else words
    return any(
        part in _SAYINGS or _FORMS.fullmatch(part) for part in (words, _CALLED.sub("", words), led)
    )
