"""Reading the settings: from the environment and ``.env``, which nothing else reads."""

from __future__ import annotations

from typing import Any, Final, Self

from pydantic import ValidationError, model_validator

from glm_slackbot.app.network_mistakes import network_mistakes
from glm_slackbot.app.settings import Settings
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.app.settings_mistakes import PREFIX, mistakes_of, serving_mistakes_of

_NOT_TEXT: Final = ".env is not UTF-8 text: save it anew as UTF-8"


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
