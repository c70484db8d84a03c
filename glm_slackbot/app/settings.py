"""Settings: the only reader of the environment and of ``.env``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.image_models import MODELS, Provider
from glm_slackbot.domain.imagine import ImagineDefaults, parse_imagine
from glm_slackbot.domain.size import Size
from glm_slackbot.glm.client import ApiKey, has_api_key_shape
from glm_slackbot.storage.address import (
    Address,
    BadDatabaseUrl,
    SqliteAddress,
    parse_database_url,
)
from glm_slackbot.texts import text

PREFIX = "GLM_SLACKBOT_"


class SettingsError(Exception):
    """One or more settings cannot be used; ``lines`` names each variable and its mistake."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _unset_when_empty(value: Any) -> Any:
    """``NAME=`` in a .env file means that it is not set."""
    if isinstance(value, str):
        value = value.strip()
    return None if value == "" else value


def _own(name: str) -> Any:
    return AliasChoices(PREFIX + name, name.lower())


def _bare(name: str) -> Any:
    return AliasChoices(name, name.lower())


Secret = Annotated[SecretStr | None, BeforeValidator(_unset_when_empty)]
Words = Annotated[str | None, BeforeValidator(_unset_when_empty)]


class Settings(BaseSettings):
    """What an operator can set. Read it by ``read_settings``, which words the mistakes."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", populate_by_name=True
    )

    slack_bot_token: Secret = Field(None, validation_alias=_bare("SLACK_BOT_TOKEN"))
    slack_signing_secret: Secret = Field(None, validation_alias=_bare("SLACK_SIGNING_SECRET"))
    slack_app_token: Secret = Field(None, validation_alias=_bare("SLACK_APP_TOKEN"))
    zhipu_api_key: Secret = Field(None, validation_alias=_bare("ZHIPU_API_KEY"))
    zai_api_key: Secret = Field(None, validation_alias=_bare("ZAI_API_KEY"))
    database_url: SecretStr = Field(
        SecretStr("sqlite:///glm_slackbot.db"), validation_alias=_bare("DATABASE_URL")
    )
    port: Annotated[int | None, BeforeValidator(_unset_when_empty)] = Field(
        None, ge=1, le=65535, validation_alias=_bare("PORT")
    )
    dyno: Words = Field(None, validation_alias=_bare("DYNO"))
    host: str = Field("0.0.0.0", min_length=1, validation_alias=_own("HOST"))
    command: str = Field("/imagine", pattern=r"^/[^\s/]{1,31}$", validation_alias=_own("COMMAND"))
    model: str = Field("glm-image", validation_alias=_own("MODEL"))
    size: Words = Field(None, validation_alias=_own("SIZE"))
    max_concurrency: int = Field(4, ge=1, le=1000, validation_alias=_own("MAX_CONCURRENCY"))
    user_daily_images: int = Field(
        50, ge=0, le=1_000_000, validation_alias=_own("USER_DAILY_IMAGES")
    )
    max_images: int = Field(4, ge=1, le=10, validation_alias=_own("MAX_IMAGES"))
    log_format: Literal["console", "json"] = Field("console", validation_alias=_own("LOG_FORMAT"))
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(lambda v: v.upper() if isinstance(v, str) else v),
    ] = Field("INFO", validation_alias=_own("LOG_LEVEL"))
    metrics_token: Secret = Field(None, validation_alias=_own("METRICS_TOKEN"))
    allow_sqlite: bool = Field(False, validation_alias=_own("ALLOW_SQLITE"))

    @model_validator(mode="after")
    def _check(self) -> Self:
        mistakes = [*self._api_key_mistakes(), *self._model_mistakes(), *self._database_mistakes()]
        if mistakes:
            raise ValueError("\n".join(mistakes))
        return self

    def _api_key_mistakes(self) -> list[str]:
        if self.zhipu_api_key and self.zai_api_key:
            return ["ZHIPU_API_KEY and ZAI_API_KEY are both set; keep the one of your account"]
        for name, value in self._api_keys():
            if value and not has_api_key_shape(value.get_secret_value()):
                return [f"{name} does not look like an API key (id.secret, without spaces)"]
        return []

    def _api_keys(self) -> list[tuple[str, SecretStr | None]]:
        return [("ZHIPU_API_KEY", self.zhipu_api_key), ("ZAI_API_KEY", self.zai_api_key)]

    def _model_mistakes(self) -> list[str]:
        if self.model not in MODELS:
            return [f"{PREFIX}MODEL is {self.model!r}; it can be {', '.join(MODELS)}"]
        mistakes: list[str] = []
        for variable, flag in (("MODEL", "--model " + self.model), ("SIZE", self._size_flag())):
            if flag and not mistakes:
                mistakes += self._flag_mistake(variable, flag)
        return mistakes

    def _size_flag(self) -> str | None:
        return self.size and f"--size {self.size}"

    def _flag_mistake(self, variable: str, flag: str) -> list[str]:
        provider = None if self.api_key is None else self.api_key.provider
        try:
            parse_imagine(flag, ImagineDefaults(model=self.model, provider=provider))
        except UserError as error:
            return [f"{PREFIX}{variable}: " + text(error.text_id, "en", **error.params)]
        return []

    def _database_mistakes(self) -> list[str]:
        try:
            address = parse_database_url(self.database_url.get_secret_value())
        except BadDatabaseUrl as error:
            return [f"DATABASE_URL {error}"]
        if isinstance(address, SqliteAddress) and self.dyno and not self.allow_sqlite:
            return [
                "DATABASE_URL is a SQLite file, which Heroku wipes daily: run "
                "`heroku addons:create heroku-postgresql:essential-0`, or set "
                f"{PREFIX}ALLOW_SQLITE=1"
            ]
        return []

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
        size: Size | None = None
        if self.size:
            size = parse_imagine(f"--size {self.size}", plain).size
        return ImagineDefaults(
            model=self.model, size=size, max_images=self.max_images, provider=provider
        )

    @property
    def is_socket_mode(self) -> bool:
        """An app-level token chooses Socket Mode."""
        return self.slack_app_token is not None

    def check_can_serve(self) -> None:
        """What only ``serve`` needs. Raises SettingsError."""
        lines = []
        if self.slack_bot_token is None:
            lines.append("SLACK_BOT_TOKEN is not set: Slack's page OAuth & Permissions shows it")
        if not self.is_socket_mode and self.slack_signing_secret is None:
            lines.append(
                "SLACK_SIGNING_SECRET is not set: Slack's page Basic Information shows it "
                "(or set SLACK_APP_TOKEN for Socket Mode)"
            )
        for name, value, start in (
            ("SLACK_BOT_TOKEN", self.slack_bot_token, "xoxb-"),
            ("SLACK_APP_TOKEN", self.slack_app_token, "xapp-"),
        ):
            if value and not value.get_secret_value().startswith(start):
                lines.append(f"{name} does not begin with {start}: it is another kind of token")
        if lines:
            raise SettingsError(lines)


def read_settings(**given: Any) -> Settings:
    """Read the environment. Raises SettingsError with one line a mistake."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_lines(error)) from None


def settings_without_environment(**given: Any) -> Settings:
    """Settings of exactly these values: for the sandbox and tests."""

    class Given(Settings):
        @classmethod
        def settings_customise_sources(cls, *_: Any, **sources: Any) -> Any:
            return (sources["init_settings"],)

    try:
        return Given(**given)
    except ValidationError as error:
        raise SettingsError(_lines(error)) from None


def _lines(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for mistake in error.errors(include_url=False, include_input=False):
        words = mistake["msg"].removeprefix("Value error, ")
        if not mistake["loc"]:
            lines += words.splitlines()
            continue
        lines.append(f"{_variable(mistake['loc'])}: {words}")
    return lines


def _variable(loc: tuple[int | str, ...]) -> str:
    name = str(loc[0])
    field = Settings.model_fields.get(name)
    alias = getattr(field, "validation_alias", None)
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else name.upper()


def environment() -> Mapping[str, str]:
    """The environment as it is, for those who must pass it on."""
    return os.environ
