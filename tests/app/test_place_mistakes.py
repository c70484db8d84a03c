"""What this machine lacks is found before the start, without calling anybody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glm_slackbot.app.place_mistakes import place_mistakes
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.app.settings_reading import settings_without_environment
from glm_slackbot.sandbox.certificate import make_certificate

pytestmark = pytest.mark.usefixtures("nothing_set")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PGSSLROOTCERT", raising=False)
    return tmp_path


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "root file.pem"
    file.write_text(make_certificate(["db.example"])[0])
    return file


def mistakes(**given: str) -> list[str]:
    return place_mistakes(settings_without_environment(**given))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "fe80::1%eth0", "localhost", "my_pod-1.cluster.", "bücher.example"]
)
def test_an_address_or_a_name_can_be_the_host(host: str) -> None:
    assert mistakes(host=host) == []


@pytest.mark.parametrize(
    "host", ["nonsense..host", "not a host", "[::]", "http://h", "h:80", "-x", "a" * 64, "*"]
)
def test_what_no_machine_can_be_called_is_a_mistake(host: str) -> None:
    (told,) = mistakes(host=host)
    assert told.startswith(f"GLM_SLACKBOT_HOST is {host!r}; it can be ")


# ---- SQLite


def test_a_file_that_is_there_or_can_be_made_is_fine(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    (tmp_path / "full.db").write_bytes(b"SQLite format 3\0 and so on")
    for name in ("new.db", "empty.db", "full.db"):
        assert mistakes(database_url=f"sqlite:///{tmp_path}/{name}") == []


def test_a_file_that_cannot_be_the_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "list.db").write_text("a shopping list, and a rather long one")
    for name, words in (
        ("no/bot.db", f"the folder {tmp_path}/no is missing: `mkdir -p {tmp_path}/no`"),
        ("", "is a folder"),
        ("list.db", "is not a SQLite database"),
    ):
        (told,) = mistakes(database_url=f"sqlite:///{tmp_path}/{name}")
        assert told.startswith("DATABASE_URL: ")
        assert words in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_what_this_user_may_not_write_is_told(tmp_path: Path) -> None:
    (tmp_path / "bot.db").touch(mode=0o400)
    assert "may not write" in mistakes(database_url=f"sqlite:///{tmp_path}/bot.db")[0]
    tmp_path.chmod(0o500)
    assert "may not write into" in mistakes(database_url=f"sqlite:///{tmp_path}/new.db")[0]
    tmp_path.chmod(0o700)


def test_serve_is_kept_from_starting_wherever_its_settings_come_from(tmp_path: Path) -> None:
    settings = settings_without_environment(
        slack_bot_token="xoxb-1",
        slack_signing_secret="s",
        database_url=f"sqlite:///{tmp_path}/no/bot.db",
    )
    with pytest.raises(SettingsError, match="DATABASE_URL: the folder"):
        settings.check_can_serve()


# ---- PostgreSQL's certificates


@pytest.mark.parametrize(
    "words", ["", "sslmode=disable&sslcert=none.pem", "sslmode=require", "sslrootcert=none.pem"]
)
def test_a_mode_that_checks_no_certificate_needs_none(words: str) -> None:
    assert mistakes(database_url=f"postgres://u:geheim@h/d?{words}") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("sslmode=verify-full", "sslmode=verify-full needs the certificate"),
        ("sslmode=verify-ca", "sslmode=verify-ca needs the certificate"),
        ("sslmode=verify-full&sslrootcert=none.pem", "sslrootcert: none.pem cannot be read (No"),
        ("sslmode=require&sslrootcert=none.pem", "sslrootcert: none.pem cannot be read (No"),
        ("sslcert=none.pem", "sslcert: none.pem cannot be read (No such"),
        ("sslmode=require&sslkey=none.pem", "sslkey: none.pem cannot be read (No such"),
    ],
)
def test_a_missing_file_of_certificates_is_told(words: str, said: str) -> None:
    (told,) = mistakes(database_url=f"postgres://u:geheim@h/d?{words}")
    assert told.startswith(f"DATABASE_URL: {said}")
    assert "geheim" not in told


def test_a_root_certificate_is_found_where_the_driver_looks(
    home: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgres://u:p@h/d?sslmode=verify-full"
    assert mistakes(database_url=f"{url}&sslrootcert={certificate}") == []
    assert mistakes(database_url=f"{url}&sslcert={certificate}&sslrootcert={certificate}") == []
    monkeypatch.setenv("PGSSLROOTCERT", str(certificate))
    assert mistakes(database_url=url) == []
    monkeypatch.delenv("PGSSLROOTCERT")
    (home / ".postgresql").mkdir()
    certificate.rename(home / ".postgresql" / "root.crt")
    assert mistakes(database_url=url) == []


def test_a_root_file_without_certificates_is_told(tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    url = f"postgres://u:p@h/d?sslmode=verify-full&sslrootcert={file}"
    for content in ("", "a shopping list", make_certificate(["db.example"])[1]):
        file.write_text(content)
        assert mistakes(database_url=url) == [
            f"DATABASE_URL: sslrootcert: {file} holds no certificates (PEM)"
        ]
