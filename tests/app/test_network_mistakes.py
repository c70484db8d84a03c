"""Proxies and certificates are judged before the start, by what both clients can use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glm_slackbot.app.network_mistakes import network_mistakes
from glm_slackbot.app.settings_reading import read_settings_with_mistakes
from glm_slackbot.sandbox.certificate import make_certificate


@pytest.fixture(autouse=True)
def no_network_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "SSL_CERT_FILE":
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "http://proxy.example:3128"),
        ("https_proxy", "http://bot:ge%2Fheim@10.0.0.1:3128/"),
        ("HTTPS_PROXY", "https://[::1]:3128"),
        ("HTTP_PROXY", "proxy.example:3128"),
        ("HTTPS_PROXY", ""),
        ("NO_PROXY", "localhost,10.0.0.0/8,::1,.example.com"),
        ("SSL_CERT_FILE", ""),
    ],
)
def test_what_both_clients_can_use_is_fine(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert network_mistakes() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "ftp://bot:geheim@proxy.example"),
        ("HTTPS_PROXY", "socks5://bot:geheim@proxy.example:1080"),
        ("HTTPS_PROXY", "http://[::1"),
        ("HTTPS_PROXY", "http://"),
        ("HTTPS_PROXY", "http://nonsense..host:1"),
        ("HTTPS_PROXY", "http://proxy.example:99999"),
        ("HTTPS_PROXY", "http://bot:geheim#1@proxy.example:1"),
        ("https_proxy", "proxy.example:3128"),
        ("ALL_PROXY", "socks5h://proxy.example:1080"),
        ("HTTP_PROXY", "ftp://proxy.example"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_a_line_without_its_password(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    (told,) = network_mistakes()
    assert told.startswith(f"{name} is no proxy that can be used; it can be http://host:port")
    assert "geheim" not in told


def test_a_proxy_that_is_never_used_is_nobodys_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "ftp://proxy.example")
    monkeypatch.setenv("NO_PROXY", "*")
    assert network_mistakes() == []


def test_exceptions_from_the_proxy_that_cannot_be_read_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "[::1")
    (told,) = network_mistakes()
    assert told.startswith("NO_PROXY cannot be read")


def test_a_file_of_certificates_is_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "roots.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert network_mistakes() == [
        f"SSL_CERT_FILE: {file} cannot be read (No such file or directory)"
    ]
    file.write_text("a shopping list")
    assert network_mistakes() == [f"SSL_CERT_FILE: {file} holds no certificates (PEM)"]
    file.write_text(make_certificate(["proxy.example"])[0])
    assert network_mistakes() == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path))
    assert len(network_mistakes()) == 1


@pytest.mark.usefixtures("nothing_set")
def test_serve_and_doctor_are_told_with_the_other_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "ftp://foo")
    _, mistakes = read_settings_with_mistakes()
    assert mistakes[-1].startswith("HTTPS_PROXY ")
