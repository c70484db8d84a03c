"""The Slack app's manifest: what our app may do in a workspace, and where Slack reaches it."""

from __future__ import annotations

from typing import Final

from glm_slackbot.app.public_url import REDIRECT_PATH, BadUrl, check_url
from glm_slackbot.app.settings_values import check_command
from glm_slackbot.app.web import EVENTS_PATH
from glm_slackbot.app.yaml_text import Tree, yaml_text
from glm_slackbot.slack.errors import BOT_NAME

BOT_SCOPES: Final = (
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
)
OPTIONAL_BOT_SCOPES: Final = ("channels:history", "groups:history")
"""To read a thread's first message; without them the bot asks for words."""

BOT_EVENTS: Final = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "tokens_revoked",
)
"""Not message.channels: mentions would come twice."""

PLACEHOLDER_URL: Final = "https://your-host.example"

_PASTE: Final = "Paste it at https://api.slack.com/apps: Create New App, From a manifest."
_DESCRIPTION: Final = "Makes images with GLM-Image from a command, a mention or a direct message."
_LONG_DESCRIPTION: Final = """\
Describe an image, and it appears in the channel, with what was asked for written under it.

By command, by mention in a channel or thread, or in a direct message. Flags choose size, \
aspect ratio, model and style; the command with the word help shows them all.

The images are made by AI (GLM-Image). The prompt and a hashed user id are sent to the \
provider of the API that the bot's operator has chosen."""


def manifest_text(
    *,
    url: str | None = None,
    socket_mode: bool = False,
    command: str = "/imagine",
    oauth: bool = False,
) -> str:
    """The manifest as YAML to paste into Slack.

    ``url`` is ``https://host``; without it HTTP's manifest has a placeholder and says so.
    ``oauth``: for many workspaces, whose browsers come to that address in Socket Mode too.
    Raises BadUrl for an address that Slack could not use, ValueError for such a command.
    """
    check_command(command)
    if socket_mode and url is not None and not oauth:
        raise BadUrl("in Socket Mode the app has no address: give one of --url and --socket")
    needs_url = oauth or not socket_mode
    base = check_url(url or PLACEHOLDER_URL) if needs_url else None
    lines = ["GLM Slackbot's manifest for Slack, made by `glm-slackbot manifest`.", _PASTE]
    if base == PLACEHOLDER_URL:
        lines.append(f"{PLACEHOLDER_URL} stands for your bot's own address: see --url, --socket.")
    tree = manifest(None if socket_mode else base, command, installed_at=base if oauth else None)
    return "".join(f"# {line}\n" for line in lines) + yaml_text(tree)


def manifest(base: str | None, command: str, *, installed_at: str | None = None) -> Tree:
    """The manifest for HTTP at this address, or without one for Socket Mode.

    ``installed_at``: where workspaces install it by OAuth. Then whole organisations can, too, and
    tokens expire, for the bot renews them; the one token of one workspace it could not renew.
    """
    redirects = {} if installed_at is None else {"redirect_urls": (installed_at + REDIRECT_PATH,)}
    url = {} if base is None else {"url": base + EVENTS_PATH}
    request_url = {} if base is None else {"request_url": base + EVENTS_PATH}
    return {
        "display_information": {
            "name": BOT_NAME,
            "description": _DESCRIPTION,
            "background_color": "#27304a",
            "long_description": _LONG_DESCRIPTION,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                # Else nobody can write to the bot.
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": BOT_NAME, "always_online": True},
            "slash_commands": [_slash_command(command, url)],
        },
        "oauth_config": {
            **redirects,
            "scopes": {"bot": BOT_SCOPES, "bot_optional": OPTIONAL_BOT_SCOPES},
        },
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": BOT_EVENTS},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": installed_at is not None,
            "socket_mode_enabled": base is None,
            "token_rotation_enabled": installed_at is not None,
        },
    }


def _slash_command(command: str, url: Tree) -> Tree:
    return {
        "command": command,
        **url,
        "description": "Make an image, or show help",
        "usage_hint": "a fox in the snow --ar 16:9 --style watercolor",
        "should_escape": False,
    }
