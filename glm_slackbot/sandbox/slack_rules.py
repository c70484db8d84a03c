"""What each Web API method asks for: token, scopes, arguments, and how they may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from glm_slackbot.app.manifest import BOT_SCOPES, OPTIONAL_BOT_SCOPES
from glm_slackbot.sandbox.slack_errors import Json, SlackError, missing_scope, refused
from glm_slackbot.sandbox.slack_state import Channel, Kind, SlackWorkspace

#: longer addresses are cut off by Slack's servers with 414
LONGEST_URL = 8192

#: the scopes of our manifest; the optional ones are off until a test asks for them
MANIFEST_SCOPES = frozenset(BOT_SCOPES)
OPTIONAL_SCOPES = frozenset(OPTIONAL_BOT_SCOPES)


@dataclass(frozen=True)
class Rule:
    """`needs` are arguments, `scopes` all required; methods that read take no JSON body."""

    needs: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    takes_json: bool = True
    token: Literal["bot", "app"] = "bot"


RULES: Mapping[str, Rule] = {
    "apps.connections.open": Rule(token="app"),
    "auth.revoke": Rule(takes_json=False),
    "auth.test": Rule(),
    "chat.delete": Rule(("channel", "ts"), ("chat:write",)),
    "chat.getPermalink": Rule(("channel", "message_ts"), takes_json=False),
    "chat.postEphemeral": Rule(("channel", "user"), ("chat:write",)),
    "chat.postMessage": Rule(("channel",), ("chat:write",)),
    "chat.update": Rule(("channel", "ts"), ("chat:write",)),
    "conversations.info": Rule(("channel",), takes_json=False),
    "conversations.members": Rule(("channel",), takes_json=False),
    "conversations.open": Rule(takes_json=False),
    "conversations.replies": Rule(("channel", "ts"), takes_json=False),
    "files.completeUploadExternal": Rule(("files",), ("files:write",)),
    "files.delete": Rule(("file",), ("files:write",)),
    "files.getUploadURLExternal": Rule(("filename", "length"), ("files:write",), False),
    "files.info": Rule(("file",), ("files:read",), takes_json=False),
    "users.info": Rule(("user",), ("users:read",), takes_json=False),
    "views.open": Rule(("trigger_id", "view")),
    "views.publish": Rule(("user_id", "view")),
    "views.update": Rule(("view",)),
    # not in our manifest: asking for these shows as a missing scope, not as an unknown method
    "reactions.add": Rule(scopes=("reactions:write",)),
    "team.info": Rule(scopes=("team:read",), takes_json=False),
}

READ_SCOPE: Mapping[Kind, str] = {
    "public": "channels:read",
    "private": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
HISTORY_SCOPE: Mapping[Kind, str] = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}


def check_call(workspace: SlackWorkspace, method: str, token: str, args: Json) -> None:
    """Raises what Slack answers to a wrong token, scope or set of arguments, in its order."""
    rule = RULES.get(method)
    if rule is None:
        raise SlackError("unknown_method", req_method=method)
    _check_token(workspace, rule, token)
    for scope in rule.scopes:
        require_scope(workspace, scope)
    absent = [name for name in rule.needs if args.get(name) in (None, "")]
    if absent:
        problems = [f"missing required field: {name}" for name in absent]
        raise refused("invalid_arguments", problems)


def _check_token(workspace: SlackWorkspace, rule: Rule, token: str) -> None:
    if not token:
        raise SlackError("not_authed")
    if fault := workspace.token_fault(token):
        raise SlackError(fault)
    kinds = dict.fromkeys(workspace.bot_tokens(), "bot") | {workspace.app_token: "app"}
    if token not in kinds:
        raise SlackError("invalid_auth")
    if kinds[token] != rule.token:
        raise SlackError("not_allowed_token_type")


def require_scope(workspace: SlackWorkspace, scope: str) -> None:
    """Raises `missing_scope` where the bot's token lacks it."""
    if scope not in workspace.scopes:
        raise missing_scope(scope, workspace.scopes)


def channel_for_posting(workspace: SlackWorkspace, channel_id: str) -> Channel:
    """A place the bot may write to; `chat:write.public` is not among our scopes."""
    channel = workspace.channels.get(channel_id)
    if channel is None:
        raise SlackError("channel_not_found")
    if workspace.bot_user_id not in channel.members:
        raise SlackError("not_in_channel" if channel.kind == "public" else "channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    return channel
