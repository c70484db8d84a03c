from __future__ import annotations

import pytest

from glm_slackbot.domain.listed_admins import BadAdmin, ListedAdmins


def test_nobody_is_listed_where_nothing_is_set() -> None:
    assert ListedAdmins.of(" , ") == ListedAdmins()
    assert not ListedAdmins().names("T1", "U1")


def test_a_person_is_an_admin_of_the_workspace_named_or_of_any() -> None:
    listed = ListedAdmins.of("U1, T1:W2 ,E1:U3")
    assert listed.names("T1", "U1")
    assert listed.names("T1", "W2")
    assert not listed.names("T2", "W2")
    assert listed.names("E1", "U3")
    assert not listed.names("T1", "U3")


def test_those_of_a_workspace_are_listed_in_order() -> None:
    listed = ListedAdmins.of("U3,T1:U2,T2:U1,U1")
    assert listed.of_workspace("T1") == ("U1", "U2", "U3")
    assert listed.of_workspace("T9") == ("U1", "U3") == listed.without_workspace


@pytest.mark.parametrize(
    "words",
    ["ada", "u1", "T1", "T1:", ":U1", "T1:U2:U3", "U1;U2", "C1:U1", f"U{'1' * 40}", "<@U1>"],
)
def test_what_names_no_person_is_a_mistake(words: str) -> None:
    with pytest.raises(BadAdmin):
        ListedAdmins.of(words)
