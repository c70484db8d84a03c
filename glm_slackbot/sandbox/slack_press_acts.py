"""What people do with buttons and views, and what admins do with the app."""

from __future__ import annotations

from glm_slackbot.sandbox.slack_actions import Chosen, action_of
from glm_slackbot.sandbox.slack_core import SlackCore
from glm_slackbot.sandbox.slack_errors import Json, UsageError
from glm_slackbot.sandbox.slack_message import Message, find_element
from glm_slackbot.sandbox.slack_methods_views import shown_instead
from glm_slackbot.sandbox.slack_parcel import Answer, Parcel, ParcelKind
from glm_slackbot.sandbox.slack_view import View


class PressActs(SlackCore):
    """Each act returns what the app answered."""

    async def press(
        self,
        shown: Message | View,
        label_or_action_id: str,
        *,
        user: str,
        value: Chosen = "",
        block_id: str | None = None,
    ) -> Answer:
        """Presses a button, or picks `value` in a menu: an option, an id, or several of them.

        `block_id` where several blocks carry the same.
        """
        blocks = shown.blocks
        if block_id is not None:
            blocks = [block for block in blocks if block.get("block_id") == block_id]
        block, element = find_element(blocks, label_or_action_id)
        payload = self._interaction("block_actions", user)
        if isinstance(shown, Message):
            payload |= self._message_context(shown, user)
        else:
            payload |= self._view_context(shown, user)
        payload["actions"] = [action_of(block, element, value, self.workspace)]
        return await self.deliver(Parcel(ParcelKind.INTERACTION, payload))

    async def submit(self, view: View, values: Json, *, user: str) -> Answer:
        """Submits a modal; `values` by block_id and action_id. The answer may keep it open."""
        self._check_open(view, user)
        view.values = values
        payload = self._interaction("view_submission", user) | {"response_urls": []}
        payload["view"] = self._view_payload(view)
        answer = await self.deliver(Parcel(ParcelKind.INTERACTION, payload))
        if answer.ok:
            self._act_on(view, answer.json or {})
        return answer

    async def close_view(self, view: View, *, user: str) -> Answer | None:
        """Closes a modal; the app hears of it where the view asks for that."""
        self._check_open(view, user)
        view.is_open = False
        if not view.content.get("notify_on_close"):
            return None
        payload = self._interaction("view_closed", user)
        payload |= {"view": self._view_payload(view), "is_cleared": False}
        return await self.deliver(Parcel(ParcelKind.INTERACTION, payload))

    async def open_home(self, user: str) -> View | None:
        """Opens the app's Home tab; returns what it shows once the event was answered."""
        home = self.home_of(user)
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.workspace.bot_dm(user).id,
            "tab": "home",
            "event_ts": self.workspace.new_ts(),
        }
        await self.send_event(event | ({"view": self._view_payload(home)} if home else {}))
        return self.home_of(user)

    def opened_views(self, user: str) -> list[View]:
        """The modals a person has before them, the newest last."""
        views = self.workspace.views.values()
        return [v for v in views if v.type == "modal" and v.user == user and v.is_open]

    def reload(self, user: str) -> None:
        """The person reloads Slack: their ephemerals are gone."""
        for channel in self.workspace.channels.values():
            for message in channel.history:
                message.deleted = message.deleted or message.only_for == user

    def _interaction(self, kind: str, user: str) -> Json:
        workspace, name = self.workspace, self.workspace.users[user].name
        return {
            "type": kind,
            "team": workspace.as_team(),
            "user": {"id": user, "username": name, "name": name, "team_id": workspace.team_id},
            "api_app_id": workspace.app_id,
            "token": "",
            "trigger_id": self.triggers.issue(user),
            "enterprise": workspace.as_enterprise(),
            "is_enterprise_install": workspace.is_org_wide,
        }

    def _message_context(self, message: Message, user: str) -> Json:
        if message not in self.workspace.visible_to(user).get(message.channel, []):
            raise UsageError(f"{user} does not see that message")
        channel = self.workspace.channels[message.channel]
        ephemeral = message.only_for is not None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        # Of an ephemeral Slack sends the container only.
        shown = {} if ephemeral else {"message": message.payload(self.workspace.team_id)}
        return shown | {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "state": {"values": {}},
            "response_url": self.response_urls.issue(user, channel.id, message),
        }

    def _view_context(self, view: View, user: str) -> Json:
        self._check_open(view, user)
        container = {"type": "view", "view_id": view.id}
        return {"container": container, "view": self._view_payload(view)}

    def _view_payload(self, view: View) -> Json:
        workspace = self.workspace
        return view.payload(workspace.team_id, workspace.app_id, workspace.bot_id)

    def _check_open(self, view: View, user: str) -> None:
        if view.user != user or not view.is_open:
            raise UsageError(f"{user} does not see that view")

    def _act_on(self, view: View, answer: Json) -> None:
        match answer.get("response_action"):
            case None | "clear":
                view.is_open = False
            case "errors":
                asked = {b.get("block_id") for b in view.blocks if b["type"] == "input"}
                if not answer.get("errors") or answer["errors"].keys() - asked:
                    raise UsageError(f"errors name no input block: {answer.get('errors')}")
            case "update":
                view.content = shown_instead(answer["view"])
                view.values = {}
