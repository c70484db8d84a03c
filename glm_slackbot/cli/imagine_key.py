"""The API key for the command line: from the environment or the input, never an argument."""

from __future__ import annotations

import os
import sys

import click

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.engine.not_made import INVALID_ARGUMENT, MISSING_API_KEY, NotMade, Reason
from glm_slackbot.glm.client import API_KEY_LIMIT, ApiKey, has_api_key_shape

VARIABLES = {Provider.BIGMODEL: "ZHIPU_API_KEY", Provider.ZAI: "ZAI_API_KEY"}


def find_api_key(provider: Provider | None, *, from_stdin: bool) -> ApiKey:
    """The key, and whose it is. Raises NotMade."""
    if from_stdin:
        if provider is None:
            raise _mistake("--key-stdin needs --provider bigmodel or --provider z.ai")
        return _checked(provider, _typed(provider), "what was read by --key-stdin")
    provider = provider or _the_one_with_a_key()
    return _checked(provider, _in_environment(provider), VARIABLES[provider])


def _the_one_with_a_key() -> Provider:
    given = [provider for provider in VARIABLES if _in_environment(provider)]
    if len(given) > 1:
        raise _mistake(
            "ZHIPU_API_KEY and ZAI_API_KEY are both set; choose by --provider bigmodel or "
            "--provider z.ai"
        )
    if not given:
        raise _missing(
            "There is no API key: set ZHIPU_API_KEY (open.bigmodel.cn) or ZAI_API_KEY (api.z.ai), "
            "or give it by --key-stdin with --provider"
        )
    return given[0]


def _in_environment(provider: Provider) -> str:
    # Not read_settings, which reads .env and every other setting too.
    return os.environ.get(VARIABLES[provider], "").strip()


def _typed(provider: Provider) -> str:
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        words = f"API key of {provider.host}"
        return str(click.prompt(words, hide_input=True, default="", show_default=False, err=True))
    return sys.stdin.readline(2 * API_KEY_LIMIT).strip()


def _checked(provider: Provider, secret: str, source: str) -> ApiKey:
    if not secret:
        raise _missing(f"There is no API key of {provider.host}: {source} is empty")
    if not has_api_key_shape(secret):
        raise _mistake(f"{source} does not look like an API key (id.secret, without spaces)")
    return ApiKey(provider, secret)


def _missing(words: str) -> NotMade:
    return NotMade(Reason.NO_API_KEY, MISSING_API_KEY, words)


def _mistake(words: str) -> NotMade:
    return NotMade(Reason.WRONG_USE, INVALID_ARGUMENT, words)
