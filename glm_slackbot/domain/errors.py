"""Every error a person may read, classed by what its reader must do.

    BotError
     ├── UserError      change the input
     ├── SetupError     an admin must act; the text says how
     ├── QuotaError     wait; the text says until when
     ├── RefusedError   rephrase: the provider's content policy said no
     ├── UpstreamError  a provider or Slack failed; we retried, or may again
     └── UnsureError    bought perhaps, the answer was lost: look, then decide

An error carries a text_id and parameters; the sentence lives in ``texts/``.
"""

from __future__ import annotations

from collections.abc import Mapping


class BotError(Exception):
    """Something went wrong that can be told in words: a text_id and its parameters."""

    def __init__(self, text_id: str, **params: object) -> None:
        super().__init__(text_id, params)
        self.text_id = text_id
        self.params = params

    def __str__(self) -> str:
        return f"{self.text_id} {self.params}" if self.params else self.text_id


class UserError(BotError):
    """The person can mend it by changing what they asked for."""


class SetupError(BotError):
    """An admin must act before it can work."""


class QuotaError(BotError):
    """A quota is used up; the parameters say when it frees up."""


class RefusedError(BotError):
    """The provider's content policy refused the prompt or the image."""


class UpstreamError(BotError):
    """The provider or Slack failed although all was right here."""


class UnsureError(BotError):
    """The image may have been bought, and its answer was lost."""


_CLASSES = {
    cls.__name__: cls
    for cls in (UserError, SetupError, QuotaError, RefusedError, UpstreamError, UnsureError)
}


def error_named(class_name: str, text_id: str, params: Mapping[str, object]) -> BotError:
    """An error as a row keeps it: the name of its class, its text_id, its parameters."""
    return _CLASSES.get(class_name, BotError)(text_id, **params)
