"""conversations.*, users.info and auth.test: who is where, and what the bot may know of it."""

from __future__ import annotations

from collections.abc import Mapping

from glm_slackbot.sandbox.slack_call import Call, Method
from glm_slackbot.sandbox.slack_errors import Json, SlackError
from glm_slackbot.sandbox.slack_rules import HISTORY_SCOPE, READ_SCOPE, require_scope
from glm_slackbot.sandbox.slack_state import Channel, Kind, SlackWorkspace

MOST_REPLIES = 1000
MOST_PEOPLE = 8


async def auth_test(call: Call) -> Json:
    """auth.test; the scopes come in the header `x-oauth-scopes`."""
    workspace = call.stand_in.workspace
    return {
        "ok": True,
        "url": "https://sandbox.slack.com/",
        "team": workspace.name,
        "team_id": workspace.team_id,
        "user": workspace.users[workspace.bot_user_id].name,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": workspace.is_org_wide,
        **({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}),
    }


async def auth_revoke(call: Call) -> Json:
    """auth.revoke: the token ends, and as it was the app's only one, so does the app there."""
    if call.flag("test"):
        return {"ok": True, "revoked": False}
    call.stand_in.in_background(call.stand_in.uninstall())
    call.stand_in.workspace.end_tokens("token_revoked")
    return {"ok": True, "revoked": True}


async def users_info(call: Call) -> Json:
    """users.info; the locale only where it is asked for."""
    workspace = call.stand_in.workspace
    person = workspace.users.get(call.text("user"))
    if person is None:
        raise SlackError("user_not_found")
    shown = person.answer(
        workspace.team_id, workspace.enterprise_id, include_locale=call.flag("include_locale")
    )
    return {"ok": True, "user": shown}


async def conversations_info(call: Call) -> Json:
    """conversations.info; the scope asked for depends on the kind of place."""
    workspace = call.stand_in.workspace
    channel = _channel(call, READ_SCOPE)
    is_member = workspace.bot_user_id in channel.members
    if not is_member and channel.kind != "public":
        raise SlackError("channel_not_found")
    return {"ok": True, "channel": _described(channel, workspace, is_member=is_member)}


async def conversations_members(call: Call) -> Json:
    """conversations.members: the ids, by pages."""
    workspace = call.stand_in.workspace
    channel = _channel(call, READ_SCOPE)
    if workspace.bot_user_id not in channel.members and channel.kind != "public":
        raise SlackError("channel_not_found")
    start, limit = _page(call)
    ids = sorted(channel.members)
    cursor = str(start + limit) if start + limit < len(ids) else ""
    metadata = {"next_cursor": cursor}
    return {"ok": True, "members": ids[start : start + limit], "response_metadata": metadata}


async def conversations_open(call: Call) -> Json:
    """conversations.open: the bot's conversation with one person or several."""
    workspace = call.stand_in.workspace
    users = [user.strip() for user in call.text("users").split(",") if user.strip()]
    if call.text("channel"):
        return _reopened(call)
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > MOST_PEOPLE:
        raise SlackError("too_many_users")
    require_scope(workspace, "im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        _check_can_be_written_to(workspace, user)
    known = set(workspace.channels)
    channel = workspace.direct_messages({*users, workspace.bot_user_id})
    shown: Json = {"id": channel.id}
    if call.flag("return_im"):
        shown = _described(channel, workspace, is_member=True)
    already = channel.id in known
    return {"ok": True, "no_op": already, "already_open": already, "channel": shown}


async def conversations_replies(call: Call) -> Json:
    """conversations.replies: the first message and its answers; history scopes by kind."""
    workspace = call.stand_in.workspace
    channel = _channel(call, HISTORY_SCOPE)
    if workspace.bot_user_id not in channel.members:
        raise SlackError("not_in_channel" if channel.kind == "public" else "channel_not_found")
    thread = channel.thread(call.text("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    start, limit = _page(call)
    page = thread[start : start + limit]
    more = start + limit < len(thread)
    answer: Json = {"ok": True, "messages": [m.payload(workspace.team_id) for m in page]}
    cursor = str(start + limit) if more else ""
    return answer | {"has_more": more, "response_metadata": {"next_cursor": cursor}}


def _channel(call: Call, scopes: Mapping[Kind, str]) -> Channel:
    workspace = call.stand_in.workspace
    channel = workspace.channels.get(call.text("channel"))
    if channel is None:
        raise SlackError("channel_not_found")
    require_scope(workspace, scopes[channel.kind])
    return channel


def _page(call: Call) -> tuple[int, int]:
    cursor = call.text("cursor") or "0"
    if not cursor.isdigit():
        raise SlackError("invalid_cursor")
    return int(cursor), min(call.number("limit") or MOST_REPLIES, MOST_REPLIES)


def _reopened(call: Call) -> Json:
    workspace = call.stand_in.workspace
    channel = workspace.channels.get(call.text("channel"))
    if channel is None or workspace.bot_user_id not in channel.members:
        raise SlackError("channel_not_found")
    if channel.kind not in {"im", "mpim"}:
        raise SlackError("method_not_supported_for_channel_type")
    require_scope(workspace, f"{channel.kind}:write")
    return {"ok": True, "no_op": True, "already_open": True, "channel": {"id": channel.id}}


def _check_can_be_written_to(workspace: SlackWorkspace, user: str) -> None:
    person = workspace.users.get(user)
    if person is None:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")


def _described(channel: Channel, workspace: SlackWorkspace, *, is_member: bool) -> Json:
    shown: Json = {
        "id": channel.id,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_archived": channel.archived,
    }
    if channel.kind == "im":
        return shown | {"user": min(channel.members - {workspace.bot_user_id}, default="")}
    return shown | {
        "name": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_private": channel.kind != "public",
        "is_member": is_member,
    }


METHODS: dict[str, Method] = {
    "auth.revoke": auth_revoke,
    "auth.test": auth_test,
    "users.info": users_info,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.open": conversations_open,
    "conversations.replies": conversations_replies,
}
