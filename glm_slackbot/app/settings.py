"""Settings: the only reader of the environment and of ``.env``."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from glm_slackbot.app.network_mistakes import network_mistakes
from glm_slackbot.app.settings_mistakes import PREFIX, mistakes_of, serving_mistakes_of
from glm_slackbot.domain.errors import SetupError
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.imagine import ImagineDefaults, parse_imagine
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.storage.address import Address, parse_database_url

_COMMAND: Final = re.compile(r"/[^\s/]{1,31}")
COMMAND_RULE: Final = "a command is a slash and up to 31 characters without blanks, like /imagine"
_NOT_TEXT: Final = ".env is not UTF-8 text: save it anew as UTF-8"


class SettingsError(Exception):
    """One or more settings cannot be used; ``lines`` names each variable and its mistake."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def token_refused(variable: str, error: SetupError, mend: str) -> SettingsError:
    """Slack does not take a token: a mistake that only a call can show."""
    code = error.params.get("code")
    return SettingsError([f"{variable} is not accepted by Slack ({code}): {mend}"])


def check_command(command: str) -> str:
    """The command as given. Raises ValueError with the rule."""
    if not (_COMMAND.fullmatch(command) and command.isprintable()):
        raise ValueError(COMMAND_RULE)
    return command


def _in_capitals(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_in_capitals)]


class Settings(BaseSettings):
    """What an operator can set. Read it by ``read_settings``, which words the mistakes."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
    )

    # An alias is a variable's whole name; all others have our prefix.
    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    zhipu_api_key: SecretStr | None = Field(None, validation_alias="ZHIPU_API_KEY")
    zai_api_key: SecretStr | None = Field(None, validation_alias="ZAI_API_KEY")
    database_url: SecretStr = Field(
        SecretStr("sqlite:///glm_slackbot.db"), validation_alias="DATABASE_URL"
    )
    port: int | None = Field(None, ge=1, le=65535, validation_alias="PORT")
    dyno: str | None = Field(None, validation_alias="DYNO")
    host: str = "0.0.0.0"
    command: Annotated[str, AfterValidator(check_command)] = "/imagine"
    model: str = "glm-image"
    size: str | None = None
    max_concurrency: int = Field(4, ge=1, le=1000)
    user_daily_images: int = Field(50, ge=0, le=1_000_000)
    max_images: int = Field(4, ge=1, le=10)
    log_format: Literal["console", "json"] = "console"
    log_level: Level = "INFO"
    metrics_token: SecretStr | None = None
    allow_sqlite: bool = False

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Blanks around a value are nobody's wish, and a blank value is none."""
        tidy = {name: v.strip() if isinstance(v, str) else v for name, v in values.items()}
        return {name: value for name, value in tidy.items() if value != ""}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if mistakes := mistakes_of(self):
            raise ValueError("\n".join(mistakes))
        return self

    @property
    def database_address(self) -> Address:
        """Where the rows are."""
        return parse_database_url(self.database_url.get_secret_value())

    @property
    def api_key(self) -> ApiKey | None:
        """The environment's API key, with the provider that it belongs to."""
        if self.zhipu_api_key:
            return ApiKey(Provider.BIGMODEL, self.zhipu_api_key.get_secret_value())
        if self.zai_api_key:
            return ApiKey(Provider.ZAI, self.zai_api_key.get_secret_value())
        return None

    @property
    def defaults(self) -> ImagineDefaults:
        """What a request without flags asks for."""
        provider = None if self.api_key is None else self.api_key.provider
        plain = ImagineDefaults(
            model=self.model, size=None, max_images=self.max_images, provider=provider
        )
        if not self.size:
            return plain
        size = parse_imagine(f'--size "{self.size}"', plain).size
        return ImagineDefaults(
            model=self.model, size=size, max_images=self.max_images, provider=provider
        )

    def secrets(self) -> list[str]:
        """Every secret among the settings, for the log to blot out."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [v.get_secret_value() for v in values if isinstance(v, SecretStr)]

    @property
    def is_socket_mode(self) -> bool:
        """An app-level token chooses Socket Mode."""
        return self.slack_app_token is not None

    def check_can_serve(self) -> None:
        """What only ``serve`` needs. Raises SettingsError."""
        if lines := serving_mistakes_of(self):
            raise SettingsError(lines)


class _Unchecked(Settings):
    """Settings as far as each can be read by itself: for the doctor, who goes on."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        return self


class _Given(Settings):
    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> Any:
        return (sources["init_settings"],)


def read_settings(**given: Any) -> Settings:
    """Read the environment. Raises SettingsError with one line a mistake."""
    try:
        return Settings(**given)
    except UnicodeDecodeError:
        raise SettingsError([_NOT_TEXT]) from None
    except ValidationError:
        raise SettingsError(_read_all(given)[1]) from None


def settings_without_environment(**given: Any) -> Settings:
    """Settings of exactly these values: for the sandbox and tests."""
    try:
        return _Given(**given)
    except ValidationError as error:
        raise SettingsError(_lines(error)) from None


def read_settings_with_mistakes() -> tuple[Settings, list[str]]:
    """Read the environment, unreadable values as if unset, and every mistake found.

    Also those that keep ``serve`` from starting, and those of the variables that the libraries
    read by themselves. Raises SettingsError for an unreadable ``.env``.
    """
    try:
        settings, lines = _read_all({})
    except UnicodeDecodeError:
        raise SettingsError([_NOT_TEXT]) from None
    return settings, [*lines, *serving_mistakes_of(settings), *network_mistakes()]


def _read_all(given: dict[str, Any]) -> tuple[Settings, list[str]]:
    """pydantic skips the checks of the whole where one value cannot be read: they follow here."""
    lines: list[str] = []
    try:
        settings = _Unchecked(**given)
    except ValidationError as error:
        lines = _lines(error)
        names = (_field(mistake["loc"]) for mistake in error.errors())
        unset = {name: Settings.model_fields[name].default for name in names}
        settings = _Unchecked(**{**given, **unset})
    return settings, [*lines, *mistakes_of(settings)]


def _lines(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for mistake in error.errors(include_url=False, include_input=False):
        words = mistake["msg"].removeprefix("Value error, ")
        if mistake["loc"]:
            lines.append(f"{_variable(mistake['loc'])}: {words}")
        else:
            lines += words.splitlines()
    return lines


def _field(loc: tuple[int | str, ...]) -> str:
    """The field that pydantic speaks of, which may be by its alias."""
    name = str(loc[0])
    fields = Settings.model_fields.items()
    return next((own for own, field in fields if field.validation_alias == name), name)


def _variable(loc: tuple[int | str, ...]) -> str:
    name = _field(loc)
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else PREFIX + name.upper()
