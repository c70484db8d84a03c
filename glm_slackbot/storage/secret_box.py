"""Encryption at rest, by cryptography's MultiFernet: the first key encrypts, all decrypt."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(Exception):
    """Encrypted with a key that is not among ours, or damaged."""


class BadEncryptionKey(ValueError):
    """A key that Fernet cannot use."""


class SecretBox:
    """Seals secrets for the database and opens them again."""

    def __init__(self, encryption_keys: Sequence[str]) -> None:
        """Raises BadEncryptionKey."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in encryption_keys])
        except ValueError as error:
            raise BadEncryptionKey(str(error)) from None

    def seal(self, secret: str) -> str:
        """A secret as it may rest in the database."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret. Raises CannotOpen."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except (InvalidToken, UnicodeError):
            raise CannotOpen from None

    def can_open(self, sealed: str) -> bool:
        """Whether one of the keys opens it."""
        try:
            self.open(sealed)
        except CannotOpen:
            return False
        return True

    def reseal(self, sealed: str) -> str:
        """The same secret, encrypted by the first key. Raises CannotOpen."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except (InvalidToken, UnicodeError):
            raise CannotOpen from None


def new_encryption_key() -> str:
    """A new random key as ``GLM_SLACKBOT_ENCRYPTION_KEY`` takes it."""
    return Fernet.generate_key().decode()


def key_file(path: Path) -> tuple[str, bool]:
    """The key in a file that only its owner may read, made when missing; and whether it was.

    It is there whole or not at all, also after a power cut: what is encrypted by a key that is
    lost is lost with it. Only who serves the database makes it, so nobody else does meanwhile.
    """
    if path.exists():
        return path.read_text().strip(), False
    key, unfinished = new_encryption_key(), path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as opened:
        opened.write(key + "\n")
        opened.flush()
        os.fsync(file)
    unfinished.replace(path)
    _settle_in(path.parent)
    return key, True


def _settle_in(folder: Path) -> None:
    """The new name of a file is the folder's to remember."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
