"""Settings: what an operator can set, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from glm_slackbot.app.public_url import check_url
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.app.settings_mistakes import PREFIX, mistakes_of, serving_mistakes_of
from glm_slackbot.app.settings_values import check_command, check_workspaces, parts_of
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.imagine import ImagineDefaults, parse_imagine
from glm_slackbot.domain.listed_admins import ListedAdmins
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.storage.address import Address, parse_database_url


def _in_capitals(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_in_capitals)]


class Settings(BaseSettings):
    """What an operator can set. Read it by ``settings_reading``, which words the mistakes."""

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
    encryption_key: SecretStr | None = None
    share_api_key: bool | None = None
    admins: str = ""
    # Installing by OAuth into many workspaces.
    slack_client_id: str | None = Field(None, validation_alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(None, validation_alias="SLACK_CLIENT_SECRET")
    public_url: Annotated[str, AfterValidator(check_url)] | None = None
    allowed_workspaces: Annotated[str, AfterValidator(check_workspaces)] = ""

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
    def shared_api_key(self) -> ApiKey | None:
        """The environment's API key, where it serves workspaces without one of their own."""
        is_shared = not self.is_oauth if self.share_api_key is None else self.share_api_key
        return self.api_key if is_shared else None

    @property
    def is_oauth(self) -> bool:
        """Whether workspaces install the bot by themselves, instead of one token for one."""
        given = (self.slack_client_id, self.slack_client_secret, self.public_url)
        return all(given) and self.slack_bot_token is None

    @property
    def allowed_workspace_ids(self) -> frozenset[str]:
        """Workspaces and organisations that may install it; empty: all."""
        return frozenset(parts_of(self.allowed_workspaces))

    @property
    def encryption_keys(self) -> list[str]:
        """The keys for secrets at rest; the first encrypts."""
        if self.encryption_key is None:
            return []
        return parts_of(self.encryption_key.get_secret_value())

    @property
    def listed_admins(self) -> ListedAdmins:
        """Who is an admin beside Slack's own."""
        return ListedAdmins.of(self.admins)

    @property
    def defaults(self) -> ImagineDefaults:
        """What a request without flags asks for."""
        provider = None if self.api_key is None else self.api_key.provider
        plain = ImagineDefaults(
            model=self.model, size=None, max_images=self.max_images, provider=provider
        )
        if not self.size:
            return plain
        return replace(plain, size=parse_imagine(f'--size "{self.size}"', plain).size)

    def secrets(self) -> list[str]:
        """Every secret among the settings, for the log to blot out."""
        values = (getattr(self, name) for name in type(self).model_fields)
        given = [v.get_secret_value() for v in values if isinstance(v, SecretStr)]
        return [*given, *self.encryption_keys]

    @property
    def is_socket_mode(self) -> bool:
        """An app-level token chooses Socket Mode."""
        return self.slack_app_token is not None

    def check_can_serve(self) -> None:
        """What only ``serve`` needs. Raises SettingsError."""
        if lines := serving_mistakes_of(self):
            raise SettingsError(lines)
