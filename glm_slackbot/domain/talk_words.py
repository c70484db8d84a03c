"""The short list of what people say to a bot without wanting an image, in both languages."""

from __future__ import annotations

import re


def _each(words: str) -> frozenset[str]:
    return frozenset(re.split(r"[|\n]", words.strip()))


SAYINGS = _each("""
thanks|thank you|thank u|thx|ty|tysm|cheers|many thanks|thanks a lot|thanks so much|thanks man
thank you so much|thank you very much|thanks again|ok thanks|ok thank you|great thanks
thanks mate|thanks buddy|thanks everyone|thanks all|thanks team|thank you all|thank you everyone
thanks a million|thanks a bunch|thx a lot|much appreciated|i appreciate it
谢啦|谢谢啦|谢了|辛苦了|辛苦啦|你辛苦了|太谢谢了|太感谢你了|3q|谢谢大家
great job|good job|nice job|great work|good work|nice work|well done|good bot|nice one|nice bot
great bot|ok bot|love it|i love it|i like it|sounds good|got it|you rock
太棒了|真棒|很棒|棒|好看|太好看了|太美了|我喜欢|我很喜欢|很喜欢|做得好|干得好|干得漂亮
厉害|太厉害了|真厉害|完美|收到|明白了|知道了|可以|行
hi|hello|hey|hi there|hello there|hey there|hi all|hello everyone|good morning|good afternoon
good evening|morning|good night|bye|goodbye|howdy|yo|how are you|how's it going|nice to meet you
how are you doing|how are you today|what's up|see you
你好|您好|你们好|嗨|哈喽|哈啰|哈罗|嘿|早|早安|早上好|上午好|中午好|下午好|晚上好|晚安|再见|拜拜
在吗|在不在|请问|请问一下|很高兴认识你
who are you|what are you|what is this|what's this|what's your name|what is your name|are you there
are you human|are you real|what do you do|what is glm|what is glm-image|how to use
how to use you|how to use this|how to use it|how can you help|how can you help me|can you help
what can you help me with|can you help me|can you draw|what model are you|are you free
is this free|is it free|help me|help me please|please help|please help me|i need help
how does this bot work|how do i use this bot|introduce yourself
你是谁|您是谁|你是什么|你叫什么|你叫什么名字|你是机器人|你是人|你是真人|你是ai|你是人工智能
你是做什么的|你是干什么的|你是干嘛的|介绍一下你自己|介绍一下自己|自我介绍一下
你有什么功能|有什么功能|你能干嘛|你会画画|你能画画|你可以画画|你怎么用|怎么用你|要怎么用
这是什么|谁开发了你|谁做的你|你用的什么模型|你用什么模型|你是什么模型|有什么模型|有哪些模型|支持哪些模型
支持什么尺寸|支持哪些尺寸|有哪些尺寸|有哪些参数|有什么参数|支持哪些参数|你能帮我吗|你能帮我做什么
帮帮我|帮我|帮我一下|多少钱|要多少钱|多少钱一张|一张多少钱|一张图多少钱|收费吗|要钱吗|免费吗|怎么收费
要收费吗|是免费的吗
""")
# Words that are talk only when nothing else is said with them.
LEAD_INS = _each("""
ok|okay|great|perfect|cool|nice|wow|awesome|amazing|excellent|brilliant|wonderful
好的|好|好吧|好滴|太好了|不错|嗯|哇|哦
""")
NAMES = frozenset({"bot", "robot", "glm", "glm-image", "机器人"})

_LIKED = (
    r"(?:great|good|nice|cool|lovely|beautiful|gorgeous|stunning|amazing|awesome|fantastic"
    r"|wonderful|incredible|perfect|excellent|brilliant|impressive|cute|the\ best|漂亮|精彩)"
)
_VERY = r"(?:so|very|really|absolutely|just|simply|truly|pretty)"
_PICTURE = r"(?:images?|pictures?|photos?|drawings?|paintings?)"
_DRAW = r"(?:draw|make|create|generate|paint)"
_PRAISE = rf"""(?:
    (?:(?:it|this|that|these|those|they|you)(?:'s|'re|\ is|\ are|\ looks?|\ turned\ out)|looks?
       |{_VERY}|how)
      (?:\ {_VERY})?\ {_LIKED}
    |(?:it's|that's|this\ is|what)\ an?\ {_LIKED}\ (?:{_PICTURE}|job|one|work)
    |{_LIKED}\ (?:job|work)
    |i\ (?:really\ )?(?:love|like)
      \ (?:it|this|that|them|the\ (?:colou?rs?|style|light(?:ing)?|result|{_PICTURE}))
    |(?:这张?|这[张幅]图|图|它)?(?:[画做][得的])?(?:真的?|很|太|非常|特别|好|超级?|挺)
      (?:好看|好|棒|漂亮|美|不错|赞|精彩|完美|喜欢)[了啦]?
    |[画做]得(?:好看|好|棒|漂亮|美|不错)
)"""
_LANGUAGE = r"(?:english|chinese|mandarin|中文|英文|英语|汉语|普通话)"

# Praise that is a prompt by itself, and talk in a message that thanks.
LIKED = re.compile(_LIKED)
THANKING = re.compile("thank|thx|cheers|appreciate|谢")
FORMS = re.compile(
    rf"""
    {_PRAISE}
    |(?:thanks|thank\ you|谢谢[你您]?)(?:\ (?:so|very)\ much|\ a\ lot)?\s*{_PRAISE}
    |(?:thanks|thank\ you)(?:\ so\ much|\ very\ much|\ a\ lot)?\ for
      \ (?:the|your|these|this|that|all\ the|all\ your)
      (?:\ {_VERY})?(?:\ [a-z]+)?\ (?:{_PICTURE}|help|work)
    |(?:太|非常|十分)?(?:谢谢|感谢|多谢)[你您]?(?:的(?:图片?|帮助)|帮忙|帮我画[图画]?|画的图|了)?
    |(?:hi|hello|hey|good\ (?:morning|afternoon|evening|night)|morning)
      \ (?:again|all|team|everyone|everybody|folks|guys|friends?)
    |(?:大家|各位)(?:(?:早上|上午|中午|下午|晚上)?好|早)
    |(?:what|which)\ (?:models?|sizes?|flags?|options?|qualit(?:y|ies)|aspect\ ratios?|languages?)
      \ (?:(?:do|can|does)\ (?:you|it|this|i)\ (?:have|support|offer|use|know|take|speak)
         |are\ (?:there|supported|available))
    |what\ can\ (?:you|it|this|i)\ (?:do|{_DRAW})(?:\ for\ (?:me|us))?
    |how\ (?:do|does)\ (?:you|it|this|that)\ work
    |how\ (?:do|can|should)\ (?:i|we)\ use\ (?:you|it|this)
    |how\ (?:do|can|should)\ (?:i|we|you)\ {_DRAW}\ (?:(?:an?|some|the)\ )?{_PICTURE}
    |(?:can|could|will|would)\ you\ (?:please\ )?{_DRAW}
      \ (?:(?:me|us)\ )?(?:(?:an?|some)\ )?{_PICTURE}(?:\ for\ (?:me|us))?
    |(?:how\ much|what)\ (?:do|does)\ (?:you|it|this|an\ image|one\ image)\ cost
    |are\ you\ (?:an?\ )?(?:ai|bot|robot|human|machine|person|real\ person|model)
    |who\ (?:made|created|built|developed|designed)\ (?:you|this\ bot)
    |tell\ (?:me|us)\ (?:more\ |something\ )?about\ (?:yourself|you|this\ bot)
    |(?:do|can)\ you\ (?:speak|understand)\ {_LANGUAGE}
    |(?:你(?:会|能|可以|懂)[说讲用懂]?|会[说讲]){_LANGUAGE}
    |你(?:会|能|可以)(?:[做干画]?些?什么|(?:画|生成|做)(?:图片?|画))
    |(?:这个?|这个机器人)?(?:怎么|如何|怎样)(?:使用|用)(?:这个|你这个)?(?:机器人|工具)?
    |我?(?:要|该)?(?:怎么|如何|怎样)(?:画|作|生成|制作|做|出)(?:一?[张幅])?(?:图片?|画)
    """,
    re.VERBOSE,
)
