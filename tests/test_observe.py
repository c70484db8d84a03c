"""Logs hold no secret, in either format; metrics hold no name."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from glm_slackbot.observe import LogFormat, redact, set_up_logging, traceback_of

API_KEY = "0123456789abcdef0123456789abcdef.AbCdEfGh12345678"


pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-123-abc",
        "xapp-1-A-2-b",
        API_KEY,
        "https://sfile.chatglm.cn/a.png?sign=abc&t=1",
        "wss://wss-primary.slack.com/link/?ticket=abc&app_id=def",
        "https://hooks.slack.com/commands/T1/2/abc",
        "Authorization: Bearer whatever-it-is",
    ],
)
def test_what_looks_like_a_secret_is_blotted_out(secret: str) -> None:
    tail = secret.split("?")[-1].split("/commands/")[-1].split("Bearer ")[-1]

    assert tail not in redact(f"before {secret} after")
    assert redact("a fox of glm_slackbot.app.serve") == "a fox of glm_slackbot.app.serve"


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_known_secrets_leave_neither_by_ours_nor_by_libraries_lines(
    log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(log_format, "DEBUG", secrets=["tell-nobody"])

    structlog.get_logger("glm_slackbot.x").info("ours tell-nobody", word="tell-nobody")
    logging.getLogger("slack_bolt.App").warning("theirs %s", "tell-nobody")
    logging.getLogger("slack_bolt.App").info("a whole body")

    words = capsys.readouterr().err
    assert "ours" in words
    assert "theirs" in words
    assert "tell-nobody" not in words
    assert "a whole body" not in words


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_traceback_is_shown_without_its_secrets(
    log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(log_format, "INFO", secrets=["tell-nobody"])

    for log in (structlog.get_logger("glm_slackbot.x"), logging.getLogger("slack_bolt.App")):
        try:
            raise ValueError("tell-nobody xoxb-123-abc")
        except ValueError:
            log.exception("failed")

    words = capsys.readouterr().err
    assert words.count("Traceback") == words.count("ValueError: [redacted] [redacted]") == 2
    assert "tell-nobody" not in words
    assert "xoxb" not in words


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json", "INFO")

    structlog.get_logger("glm_slackbot.x").info("狐狸", job="abc")

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["job"], line["level"]) == ("狐狸", "abc", "info")


def test_where_a_host_has_set_up_no_log_a_traceback_shows_no_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed = API_KEY
    try:
        raise ValueError(len(typed))
    except ValueError as fault:
        structlog.get_logger("glm_slackbot.x").exception("failed", **traceback_of(fault))

    words = "".join(capsys.readouterr())
    assert "ValueError: 49" in words
    assert typed not in words


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_where_the_log_is_set_up_a_traceback_is_shown_as_one(
    log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(log_format, "INFO", secrets=["tell-nobody"])
    fault = ValueError("tell-nobody")
    structlog.get_logger("glm_slackbot.x").exception("failed", **traceback_of(fault))

    words = capsys.readouterr().err
    assert "ValueError: [redacted]" in words
    assert "tell-nobody" not in words
    assert log_format == "console" or "exception" in json.loads(words)
