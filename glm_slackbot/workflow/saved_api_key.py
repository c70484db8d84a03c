"""A workspace's own API key: tried before it is saved, tested, removed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from glm_slackbot.domain.errors import BotError, SetupError, UpstreamError, UserError
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.job import Origin
from glm_slackbot.glm.client import ApiKey, has_api_key_shape
from glm_slackbot.glm.errors import GLMError, Kind, who_must_act
from glm_slackbot.storage.audit import Act
from glm_slackbot.storage.secret_box import SecretBox
from glm_slackbot.storage.workspaces import SealedApiKey
from glm_slackbot.workflow.admin import audit_entry, need_admin
from glm_slackbot.workflow.failures import provider_words
from glm_slackbot.workflow.rules import Rules, rules_for
from glm_slackbot.workflow.services import Services

TRY_WITHIN: Final = 15.0
"""Seconds; a person waits before the modal."""
_END: Final = 4
"""Characters of an API key that are shown."""


@dataclass(frozen=True, slots=True)
class SavedApiKey:
    """What was saved, and the rules that are in force since."""

    provider: Provider
    rules: Rules


def need_secret_box(services: Services) -> SecretBox:
    """What encrypts API keys. Raises SetupError with the line to run."""
    if services.api_keys.secret_box is None:
        raise SetupError("admin.no_encryption_key")
    return services.api_keys.secret_box


def check_api_key_shape(secret: str) -> None:
    """UserError unless it looks like an API key."""
    if not has_api_key_shape(secret):
        raise UserError("api_key.shape")


async def save_api_key(
    services: Services, origin: Origin, provider: Provider, secret: str
) -> SavedApiKey:
    """Save an admin's API key, once its host has accepted it; what fails keeps the old one.

    Raises UserError, SetupError for one that is refused, UpstreamError for one that could not be
    tried.
    """
    await need_admin(services, origin, "set_api_key")
    box = need_secret_box(services)
    check_api_key_shape(secret)
    await try_api_key(services, ApiKey(provider, secret))
    sealed = SealedApiKey(
        provider=provider.value,
        sealed=box.seal(secret),
        end=secret[-_END:],
        set_by=origin.user_id,
        set_at=services.clock.now(),
    )
    entry = audit_entry(services, origin, Act.API_KEY_SET, provider=provider.value)
    await services.workspaces.save_api_key(origin.workspace_id, sealed, entry)
    return SavedApiKey(provider, await rules_for(services, origin))


async def test_api_key(services: Services, origin: Origin) -> Provider:
    """Try the workspace's own API key. Raises as ``save_api_key`` does."""
    await need_admin(services, origin, "test_api_key")
    workspace = await services.workspaces.find(origin.workspace_id)
    if workspace.api_key is None:
        raise UserError("api_key.none_saved")
    try:
        api_key = services.api_keys.need_of(workspace)
        await try_api_key(services, api_key)
    except BotError as error:
        await _note_test(services, origin, error.text_id)
        raise
    await _note_test(services, origin, "accepted")
    return api_key.provider


async def _note_test(services: Services, origin: Origin, outcome: str) -> None:
    await services.audit.add(audit_entry(services, origin, Act.API_KEY_TESTED, outcome=outcome))


async def remove_api_key(services: Services, origin: Origin) -> None:
    """Remove the workspace's own API key; where there is none, nothing happens."""
    await need_admin(services, origin, "remove_api_key")
    workspace = await services.workspaces.find(origin.workspace_id)
    if workspace.api_key is None:
        return
    entry = audit_entry(services, origin, Act.API_KEY_REMOVED, provider=workspace.api_key.provider)
    await services.workspaces.save_api_key(origin.workspace_id, None, entry)


async def try_api_key(services: Services, api_key: ApiKey, *, within: float = TRY_WITHIN) -> None:
    """Return if its host accepts it; buys nothing. Raises SetupError, UpstreamError."""
    try:
        async with asyncio.timeout(within):
            await services.glm(api_key).probe()
    except TimeoutError:
        raise UpstreamError("api_key.not_tried", provider=api_key.provider.host) from None
    except GLMError as error:
        raise _in_words(error, api_key) from None


def _in_words(error: GLMError, api_key: ApiKey) -> BotError:
    host = api_key.provider.host
    # A proxy on the way may answer 403 as well: the provider names a code, or says 401.
    from_provider = error.code is not None or error.status == 401
    if not from_provider or who_must_act(error.kind) != "admin":
        return UpstreamError("api_key.not_tried", provider=host)
    if error.kind is Kind.API_KEY_REFUSED:
        return SetupError("api_key.refused", provider=host, other=api_key.provider.other.host)
    return provider_words(error, api_key)
