"""Settings: every variable, and every mistake in one line that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

import glm_slackbot
from glm_slackbot.app.settings import Settings
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.app.settings_reading import (
    read_settings,
    read_settings_with_mistakes,
    settings_without_environment,
)
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.listed_admins import ListedAdmins
from glm_slackbot.domain.size import Size
from glm_slackbot.storage.address import PostgresAddress, SqliteAddress

ROOT = Path(__file__).resolve().parents[2]
API_KEY = "abcdefgh12345678.ABCDEFGH12345678"
PACKAGE_FOLDER = str(Path(glm_slackbot.__file__).resolve().parents[1])
OF_OTHERS = ("HOST", "MODEL", "SIZE", "COMMAND", "LOG_LEVEL")


pytestmark = pytest.mark.usefixtures("nothing_set")


def test_nothing_need_be_set_to_read_them() -> None:
    settings = read_settings()
    assert (settings.host, settings.port, settings.command) == ("0.0.0.0", None, "/imagine")
    assert (settings.model, settings.size) == ("glm-image", None)
    assert (settings.max_concurrency, settings.user_daily_images, settings.max_images) == (4, 50, 4)
    assert (settings.log_format, settings.log_level) == ("console", "INFO")
    assert settings.database_address == SqliteAddress(Path("glm_slackbot.db"))
    assert settings.api_key is None
    assert settings.metrics_token is None
    assert not settings.allow_sqlite
    assert not settings.is_socket_mode


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("PORT", "8080", "port", 8080),
        ("DYNO", "web.1", "dyno", "web.1"),
        ("GLM_SLACKBOT_HOST", "127.0.0.1", "host", "127.0.0.1"),
        ("GLM_SLACKBOT_COMMAND", "/画图", "command", "/画图"),
        ("GLM_SLACKBOT_MODEL", "cogview-4", "model", "cogview-4"),
        ("GLM_SLACKBOT_SIZE", "1024x1024", "size", "1024x1024"),
        ("GLM_SLACKBOT_MAX_CONCURRENCY", "20", "max_concurrency", 20),
        ("GLM_SLACKBOT_USER_DAILY_IMAGES", "0", "user_daily_images", 0),
        ("GLM_SLACKBOT_MAX_IMAGES", "10", "max_images", 10),
        ("GLM_SLACKBOT_LOG_FORMAT", "json", "log_format", "json"),
        ("GLM_SLACKBOT_LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("GLM_SLACKBOT_ALLOW_SQLITE", "1", "allow_sqlite", True),
        ("GLM_SLACKBOT_ADMINS", "U1, T1:U2", "listed_admins", ListedAdmins.of("T1:U2,U1")),
    ],
)
def test_a_variable_sets_its_field(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, field: str, expected: object
) -> None:
    if variable == "DYNO":
        monkeypatch.setenv("GLM_SLACKBOT_ALLOW_SQLITE", "1")
    monkeypatch.setenv(variable, f" {value} ")
    assert getattr(read_settings(), field) == expected


@pytest.mark.parametrize(
    ("variable", "field"),
    [
        ("SLACK_BOT_TOKEN", "slack_bot_token"),
        ("SLACK_SIGNING_SECRET", "slack_signing_secret"),
        ("SLACK_APP_TOKEN", "slack_app_token"),
        ("GLM_SLACKBOT_METRICS_TOKEN", "metrics_token"),
        ("ZHIPU_API_KEY", "zhipu_api_key"),
        ("ZAI_API_KEY", "zai_api_key"),
    ],
)
def test_a_secret_is_read_and_shown_nowhere(
    monkeypatch: pytest.MonkeyPatch, variable: str, field: str
) -> None:
    monkeypatch.setenv(variable, API_KEY)
    settings = read_settings()
    assert getattr(settings, field).get_secret_value() == API_KEY
    assert API_KEY not in repr(settings) + str(settings) + repr(settings.api_key)


def test_the_database_password_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://bot:geheim@db.example/bot?sslmode=require")
    settings = read_settings()
    assert isinstance(settings.database_address, PostgresAddress)
    assert "geheim" not in repr(settings) + str(settings.database_address)
    assert "geheim" not in repr(settings.database_address)


@pytest.mark.parametrize(
    "variable", [*(f"GLM_SLACKBOT_{name}" for name in OF_OTHERS), "PORT", "DATABASE_URL"]
)
@pytest.mark.parametrize("nothing", ["", "   "])
def test_an_empty_value_means_not_set(
    monkeypatch: pytest.MonkeyPatch, variable: str, nothing: str
) -> None:
    monkeypatch.setenv(variable, nothing)
    assert read_settings().model_dump() == settings_without_environment().model_dump()


@pytest.mark.parametrize("variable", OF_OTHERS)
def test_a_shells_own_variables_are_not_ours(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "something else entirely")
    assert read_settings().model_dump() == settings_without_environment().model_dump()


def test_a_file_is_read_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = "# ours\nPORT=8080\nGLM_SLACKBOT_MAX_IMAGES=2\nZAI_API_KEY=\nSOMEBODY_ELSES=1\n"
    (tmp_path / ".env").write_text(words, "utf-8")
    monkeypatch.setenv("PORT", "9090")
    settings = read_settings()
    assert (settings.port, settings.max_images, settings.api_key) == (9090, 2, None)


def test_the_example_file_is_one_that_can_be_read(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(example, "utf-8")
    expected = settings_without_environment(port=3000)
    assert read_settings().model_dump() == expected.model_dump()


def test_the_example_file_names_every_variable() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        variable = field.validation_alias or f"GLM_SLACKBOT_{name.upper()}"
        assert f"\n{variable}=" in example or variable == "DYNO"


def test_a_file_that_is_no_text_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=80\xff\n")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings()
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings_with_mistakes()


def test_an_api_key_belongs_to_the_host_of_its_variable() -> None:
    mainland = settings_without_environment(zhipu_api_key=API_KEY).api_key
    international = settings_without_environment(zai_api_key=API_KEY).api_key
    assert mainland is not None
    assert mainland.provider is Provider.BIGMODEL
    assert international is not None
    assert international.provider is Provider.ZAI


def test_defaults_of_a_request_come_from_the_settings() -> None:
    settings = settings_without_environment(model="cogview-4", size="1344x768", max_images=2)
    assert settings.defaults.model == "cogview-4"
    assert settings.defaults.size == Size(1344, 768)
    assert settings.defaults.max_images == 2
    assert settings_without_environment().defaults.size is None
