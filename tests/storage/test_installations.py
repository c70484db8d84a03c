"""Installations in both databases: tokens sealed, and found by workspace."""

from __future__ import annotations

import pytest
from factories import NOW
from peek import rows

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore
from glm_slackbot.storage.secret_box import CannotOpen, SecretBox
from glm_slackbot.storage.tables import audit, installations

from .installing import BOX, KEYS, found, installation, org_wide, store_of


async def test_what_is_saved_is_found_and_the_tokens_rest_sealed(
    database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(installation())
    installed = await found(installs, "T1", None)
    assert (installed.bot_token, installed.refresh_token) == ("xoxb-T1", "xoxe-1-first")
    assert "xox" not in repr(installed)
    (row,) = await rows(database, installations)
    assert "xox" not in repr(dict(row))
    (entry,) = await rows(database, audit)
    assert (entry["act"], entry["user_id"], entry["workspace_id"]) == ("installed", "U2", "T1")


async def test_slack_sdk_finds_it_by_its_own_names(installs: InstallationStore) -> None:
    await installs.async_save(installation())
    await installs.async_save(org_wide())
    one = await installs.async_find_bot(enterprise_id=None, team_id="T1")
    assert one is not None
    assert (one.bot_token, one.team_name, one.is_enterprise_install) == ("xoxb-T1", "Acme", False)
    all_ = await installs.async_find_installation(
        enterprise_id="E1", team_id="T9", is_enterprise_install=True
    )
    assert all_ is not None
    assert (all_.enterprise_name, all_.team_id, all_.is_enterprise_install) == ("Org", None, True)
    assert len(await installs.all()) == 2
    await installs.async_delete_all(enterprise_id=None, team_id="T1")
    assert await installs.async_find_bot(enterprise_id=None, team_id="T1") is None
    assert await installs.async_find_installation(enterprise_id=None, team_id=None) is None


async def test_an_organisation_serves_where_it_says_so_or_is_the_newest(
    database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(org_wide())
    await store_of(database, NOW + 1).async_save(installation("T1", enterprise_id="E1"))
    assert (await found(installs, "T1", "E1")).workspace_id == "T1"
    assert (await found(installs, "T1", "E1", is_org_wide=True)).workspace_id == "E1"
    assert (await found(installs, "T2", "E1")).workspace_id == "E1"


async def test_tokens_are_sealed_anew_while_the_old_key_is_there(
    database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(installation(bot_refresh_token=None))
    both = SecretBox([KEYS[1], KEYS[0]])
    assert await installs.reseal("T1", both)
    assert not await installs.reseal("T2", both)
    new = store_of(database, box=SecretBox(KEYS[1:]))
    assert (await found(new, "T1", None)).bot_token == "xoxb-T1"
    assert (await found(installs, "T1", None)).bot_token is None
    with pytest.raises(CannotOpen):
        await installs.reseal("T1", BOX)


async def test_without_a_key_nothing_is_saved(database: Database) -> None:
    with pytest.raises(CannotOpen):
        await store_of(database, box=None).async_save(installation())
    assert await rows(database, installations) == []
