"""The people of the stand-in workspace, as `users.info` describes them."""

from __future__ import annotations

from dataclasses import dataclass

from glm_slackbot.sandbox.slack_errors import Json


@dataclass
class Person:
    """One member, guest, stranger or bot."""

    id: str
    name: str
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False
    is_org_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    deleted: bool = False
    tz: str = "Europe/Amsterdam"

    def answer(
        self, team_id: str, enterprise_id: str | None = None, *, include_locale: bool
    ) -> Json:
        """The `user` of `users.info`; deleted people lose their roles there."""
        profile = {"real_name": self.name.title(), "display_name": self.name, "team": team_id}
        shown: Json = {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "profile": profile,
        }
        if self.deleted:
            return shown
        shown |= {"real_name": profile["real_name"], "tz": self.tz, **self._roles()}
        if enterprise_id:
            shown["enterprise_user"] = {
                "id": self.id,
                "enterprise_id": enterprise_id,
                "is_admin": self.is_org_admin,
                "is_owner": False,
            }
        if include_locale:
            shown["locale"] = self.locale
        return shown

    def _roles(self) -> Json:
        names = ("admin", "owner", "primary_owner", "restricted", "ultra_restricted", "stranger")
        return {f"is_{name}": getattr(self, f"is_{name}") for name in names}


def default_people() -> list[Person]:
    """A member, an admin, a reader of Chinese and a guest."""
    return [
        Person("U1", "dana"),
        Person("U2", "ada", is_admin=True),
        Person("U3", "lin", locale="zh-CN", tz="Asia/Shanghai"),
        Person("U4", "gil", is_restricted=True),
    ]
