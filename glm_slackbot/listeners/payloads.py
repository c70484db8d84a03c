"""Slack's payloads as our values: an origin, a press, a person's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.ui.destination import Conversation

Body = Mapping[str, Any]


def command_origin(body: Body) -> Origin:
    """Where a slash command was typed. Commands have no thread; a trigger id is used once."""
    return Origin(
        kind=OriginKind.COMMAND,
        team_id=body.get("team_id") or "",
        enterprise_id=body.get("enterprise_id") or None,
        user_id=body["user_id"],
        channel_id=body["channel_id"],
        response_url=body.get("response_url"),
        is_org_wide=is_org_wide(body),
        dedupe_key=f"command:{body.get('team_id')}:{body['trigger_id']}",
    )


def command_place(body: Body) -> Conversation:
    """Where a slash command's answer is read."""
    return Conversation(body["channel_id"], body.get("channel_name") or "")


def message_origin(body: Body, kind: OriginKind) -> Origin:
    """Where a mention or a direct message was written.

    Copies of one message come with different event ids: the message itself is the key.
    """
    event = body["event"]
    team_id = team_of(body) or event.get("team") or ""
    return Origin(
        kind=kind,
        team_id=team_id,
        enterprise_id=enterprise_of(body),
        user_id=event["user"],
        channel_id=event["channel"],
        thread_ts=event.get("thread_ts"),
        message_ts=event["ts"],
        is_org_wide=is_org_wide(body),
        dedupe_key=f"message:{team_id}:{event['channel']}:{event['ts']}",
    )


def is_org_wide(body: Body) -> bool:
    """Whether the app is installed for the whole organisation.

    A command says it as a string, an interaction as a boolean, an event in its authorizations.
    """
    entries = body.get("authorizations") or ()
    said = next((entry.get("is_enterprise_install") for entry in entries), None)
    if said is None:
        said = body.get("is_enterprise_install")
    return said is True or said == "true"


def mark_installation(body: dict[str, Any], organisation: str | None) -> None:
    """Say in a payload what serves it: the installation of an organisation, or a workspace's."""
    body["is_enterprise_install"] = organisation is not None
    for entry in body.get("authorizations") or ():
        entry["is_enterprise_install"] = organisation is not None
    if organisation is not None:
        body["enterprise_id"] = organisation
        if "user" in body:
            body["enterprise"] = {"id": organisation}


def team_of(body: Body) -> str:
    """The workspace of an event in which the app is installed.

    In a channel shared with another organisation the event may be named by theirs.
    """
    entries = body.get("authorizations") or ()
    named = next((entry.get("team_id") for entry in entries), None)
    return str(named or body.get("team_id") or "")


def enterprise_of(body: Body) -> str | None:
    """The organisation of an event; some name it in their authorizations alone."""
    entries = body.get("authorizations") or ()
    named = (entry.get("enterprise_id") for entry in entries)
    return body.get("enterprise_id") or next((str(n) for n in named if n), None)


def bot_user_of(body: Body) -> str:
    """The bot's user id as an event names it, known even before Slack told us who we are."""
    entries = body.get("authorizations") or ()
    return next((str(e.get("user_id") or "") for e in entries if e.get("is_bot")), "")


@dataclass(frozen=True, slots=True)
class Press:
    """A person's press of a button; ``value`` is an id of ours."""

    team_id: str
    enterprise_id: str | None
    user_id: str
    channel_id: str
    message_ts: str
    thread_ts: str | None
    response_url: str | None
    trigger_id: str
    value: str
    is_org_wide: bool = False
    channel_name: str = ""

    @property
    def is_on_home(self) -> bool:
        """Whether the button is on the Home tab or in a modal, which are in no channel."""
        return not self.channel_id

    @property
    def place(self) -> Conversation:
        """Where the answer to the press is read."""
        return Conversation(self.channel_id, self.channel_name)

    def is_where(self, origin: Origin) -> bool:
        """Whether it came from the workspace that pays; an organisation's is one of several."""
        shared = origin.is_org_wide and origin.enterprise_id == self.enterprise_id
        return shared or origin.team_id == self.team_id

    def origin(self) -> Origin:
        """A request by this press: the image goes where the button is."""
        return Origin(
            kind=OriginKind.BUTTON,
            team_id=self.team_id,
            enterprise_id=self.enterprise_id,
            user_id=self.user_id,
            channel_id=self.channel_id,
            thread_ts=self.thread_ts,
            response_url=self.response_url,
            is_org_wide=self.is_org_wide,
            dedupe_key=f"press:{self.team_id}:{self.trigger_id}",
        )


def press_of(body: Body) -> Press:
    """The press in a block_actions payload."""
    team, container = body.get("team") or {}, body.get("container") or {}
    message, channel = body.get("message") or {}, body.get("channel") or {}
    user, action = body["user"], body["actions"][0]
    enterprise = body.get("enterprise") or {}
    message_ts = container.get("message_ts") or message.get("ts") or ""
    thread_ts = container.get("thread_ts") or message.get("thread_ts")
    return Press(
        team_id=_team_of_interaction(body),
        enterprise_id=enterprise.get("id") or team.get("enterprise_id"),
        user_id=user["id"],
        channel_id=container.get("channel_id") or channel.get("id") or "",
        message_ts=message_ts,
        thread_ts=None if thread_ts == message_ts else thread_ts,  # else it begins the thread
        response_url=body.get("response_url"),
        trigger_id=body.get("trigger_id") or action.get("action_ts") or "",
        value=str(action.get("value") or ""),
        channel_name=channel.get("name") or "",
        is_org_wide=is_org_wide(body),
    )


def view_origin(body: Body) -> Origin:
    """Who pressed in a view or submitted one, which is in no channel."""
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    return Origin(
        kind=OriginKind.BUTTON,
        team_id=_team_of_interaction(body),
        enterprise_id=enterprise.get("id") or team.get("enterprise_id"),
        user_id=body["user"]["id"],
        channel_id="",
        dedupe_key="",
        is_org_wide=is_org_wide(body),
    )


def _team_of_interaction(body: Body) -> str:
    """Of a view, the workspace that the app is installed in: people of others may see it.

    Where the whole organisation has the app, that names the organisation.
    """
    installed = str((body.get("view") or {}).get("app_installed_team_id") or "")
    if installed.startswith("T"):
        return installed
    return str((body.get("team") or {}).get("id") or body["user"].get("team_id") or "")


def values_of(body: Body) -> dict[str, Mapping[str, Any]]:
    """What was filled in, by block_id; our blocks hold one element each."""
    state = (body.get("view") or {}).get("state") or {}
    blocks: Mapping[str, Mapping[str, Any]] = state.get("values") or {}
    return {block_id: next(iter(e.values()), {}) for block_id, e in blocks.items()}


def shown_of(body: Body) -> dict[str, Mapping[str, Any]]:
    """What stood in a form before anybody filled it in, by block_id, in the shape of values."""
    blocks = (body.get("view") or {}).get("blocks") or ()
    return {
        str(block.get("block_id")): _as_value(block.get("element") or {})
        for block in blocks
        if block.get("type") == "input"
    }


def _as_value(element: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "value": element.get("initial_value"),
        "selected_option": element.get("initial_option"),
        "selected_options": element.get("initial_options"),
        "selected_conversations": element.get("initial_conversations"),
    }
