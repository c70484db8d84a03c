"""What is talk, and costs nothing, and what is a prompt."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.talk import is_talk


@pytest.mark.parametrize(
    "text",
    [
        "thanks!",
        "Thank you so much 🙏",
        "THANKS :pray:",
        "ok, thanks",
        "谢谢",
        "谢谢你！！",
        "ｔｈａｎｋｓ",
        "hi",
        "Hi there :wave::skin-tone-3:",
        "hello bot",
        "你好",
        "你好，你是谁？",
        "Hi! Who are you?",
        "who are you?",
        "what can you do",
        "What’s this?",
        "你是谁",
        "你会什么？",
        "👍🏽",
        "🙏 🙏",
    ],
)
def test_thanks_greetings_and_questions_about_the_bot_are_talk(text: str) -> None:
    assert is_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "hi-res fox",
        "hi, a fox please",
        "thanks giving turkey",
        "a fox that says hello",
        "who are you? a fox in the mirror",
        "你好世界的海报",
        "谢谢卡片设计",
        "a robot",
        "🦊",
        "",
        "   ",
        "--n 2",
        "...",
    ],
)
def test_all_else_is_a_prompt(text: str) -> None:
    assert not is_talk(text)
