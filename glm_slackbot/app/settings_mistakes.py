"""What is wrong with settings that could be read: one line a mistake, naming its variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glm_slackbot.app.encryption import encryption_mistakes
from glm_slackbot.app.oauth_mistakes import oauth_mistakes_of
from glm_slackbot.app.place_mistakes import place_mistakes
from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.image_models import MODELS
from glm_slackbot.domain.imagine import ImagineDefaults, parse_imagine
from glm_slackbot.domain.listed_admins import BadAdmin, ListedAdmins
from glm_slackbot.glm.client import has_api_key_shape
from glm_slackbot.storage.address import BadDatabaseUrl, SqliteAddress, parse_database_url
from glm_slackbot.texts import text

if TYPE_CHECKING:
    from glm_slackbot.app.settings import Settings

PREFIX = "GLM_SLACKBOT_"


def mistakes_of(settings: Settings) -> list[str]:
    """What no use of the settings can bear."""
    return [
        *_api_key_mistakes(settings),
        *_model_mistakes(settings),
        *_database_mistakes(settings),
        *_admins_mistakes(settings),
    ]


def serving_mistakes_of(settings: Settings) -> list[str]:
    """What only ``serve`` needs: Slack's tokens, a key, and a place on this machine."""
    return [
        *_token_mistakes(settings),
        *encryption_mistakes(settings),
        *place_mistakes(settings),
    ]


def _token_mistakes(settings: Settings) -> list[str]:
    lines = oauth_mistakes_of(settings)
    if not settings.is_socket_mode and settings.slack_signing_secret is None:
        lines.append(
            "SLACK_SIGNING_SECRET is not set: Slack's page Basic Information shows it "
            "(or set SLACK_APP_TOKEN for Socket Mode)"
        )
    for name, value, start in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    ):
        if value and not _is_token(value.get_secret_value(), start):
            lines.append(f"{name} does not begin with {start}, or holds blanks: copy it anew")
    return lines


def _is_token(value: str, start: str) -> bool:
    # It travels in a header, where anything but visible ASCII breaks the request.
    visible = value.isascii() and value.isprintable() and " " not in value
    return value.startswith(start) and visible


def _api_key_mistakes(settings: Settings) -> list[str]:
    given = {
        "ZHIPU_API_KEY": settings.zhipu_api_key,
        "ZAI_API_KEY": settings.zai_api_key,
    }
    if all(given.values()):
        return ["ZHIPU_API_KEY and ZAI_API_KEY are both set; keep the one of your account"]
    return [
        f"{name} does not look like an API key (id.secret, without spaces)"
        for name, value in given.items()
        if value and not has_api_key_shape(value.get_secret_value())
    ]


def _model_mistakes(settings: Settings) -> list[str]:
    model = settings.model
    if model not in MODELS:
        return [f"{PREFIX}MODEL is {model!r}; it can be {', '.join(MODELS)}"]
    mistakes = _flag_mistake(settings, "MODEL", f"--model {model}")
    if settings.size and not mistakes:
        mistakes = _flag_mistake(settings, "SIZE", f'--size "{settings.size}"')
    return mistakes


def _flag_mistake(settings: Settings, variable: str, flag: str) -> list[str]:
    """The parser of what people type knows the models' rules, and has the words."""
    provider = None if settings.api_key is None else settings.api_key.provider
    try:
        parse_imagine(flag, ImagineDefaults(model=settings.model, provider=provider))
    except UserError as error:
        return [f"{PREFIX}{variable}: " + text(error.text_id, "en", **error.params)]
    return []


def _database_mistakes(settings: Settings) -> list[str]:
    try:
        address = parse_database_url(settings.database_url.get_secret_value())
    except BadDatabaseUrl as error:
        return [f"DATABASE_URL {error}"]
    if isinstance(address, SqliteAddress) and settings.dyno and not settings.allow_sqlite:
        return [
            "DATABASE_URL is a SQLite file, which Heroku wipes daily: run "
            "`heroku addons:create heroku-postgresql:essential-0`, or set "
            f"{PREFIX}ALLOW_SQLITE=1"
        ]
    return []


def _admins_mistakes(settings: Settings) -> list[str]:
    try:
        ListedAdmins.of(settings.admins)
    except BadAdmin as error:
        return [
            f"{PREFIX}ADMINS names {str(error)[:60]!r}; it takes Slack's user ids by commas, "
            "U0123ABCD, and T0123ABCD:U0123ABCD where there are several workspaces"
        ]
    return []
