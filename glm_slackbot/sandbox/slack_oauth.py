"""Slack's side of OAuth: the page where an admin says yes, and oauth.v2.access."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from glm_slackbot.sandbox.slack_errors import Json, SlackError, UsageError
from glm_slackbot.sandbox.slack_rules import MANIFEST_SCOPES, OPTIONAL_SCOPES
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.slack_state import SlackWorkspace

AUTHORIZE = "https://slack.com/oauth/v2/authorize"
CODE_SECONDS = 600.0
TOKEN_SECONDS = 43_200
MOST_TOKENS = 2


@dataclass
class _Grant:
    """What an admin agreed to; `places` are all workspaces that it is for."""

    places: Sequence[SlackStandIn]
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    until: float
    is_org_wide: bool


class OAuthServer:
    """One app's grants. With `rotates`, tokens expire and refresh tokens are good once."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        redirect_urls: Iterable[str],
        clock: Callable[[], float],
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_urls = frozenset(redirect_urls)
        self.rotates = False
        self.token_seconds = TOKEN_SECONDS
        #: scopes that admins do not grant, of those that are optional
        self.declined: frozenset[str] = OPTIONAL_SCOPES
        self._clock = clock
        self._codes: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}
        #: every refresh token there ever was
        self.refresh_tokens_given: set[str] = set()

    def approve(
        self, url: str, places: Sequence[SlackStandIn], user: str, *, is_org_wide: bool = False
    ) -> str:
        """An admin agrees on Slack's page; where their browser goes then."""
        query = self._checked(url)
        if is_org_wide and len({p.workspace.enterprise_id for p in places}) != 1:
            raise UsageError("org-wide is for one organisation")
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(24)}"
        scopes = frozenset(query["scope"].split(",")) - self.declined
        until = self._clock() + CODE_SECONDS
        redirect = query["redirect_uri"]
        self._codes[code] = _Grant(places, user, scopes, redirect, until, is_org_wide)
        return f"{redirect}?{urlencode({'code': code, 'state': query['state']})}"

    def deny(self, url: str) -> str:
        """An admin cancels."""
        query = self._checked(url)
        back = {"error": "access_denied", "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def forget_refresh_tokens(self) -> None:
        """Slack takes none of them any more."""
        self._refresh.clear()

    def access(self, args: Json, authorization: str) -> Json:
        """oauth.v2.access, for a code or a refresh token."""
        self._check_app(args, authorization)
        kind = args.get("grant_type", "authorization_code")
        if kind == "refresh_token":
            grant = self._refresh.pop(str(args.get("refresh_token")), None)
            if grant is None:
                raise SlackError("invalid_refresh_token")
        elif kind == "authorization_code":
            grant = self._taken_code(args)
        else:
            raise SlackError("invalid_grant_type")
        return self._answer(grant, with_user=kind != "refresh_token")

    def _taken_code(self, args: Json) -> _Grant:
        grant = self._codes.pop(str(args.get("code")), None)
        if grant is None or self._clock() > grant.until:
            raise SlackError("invalid_code")
        if args.get("redirect_uri") != grant.redirect_uri:
            raise SlackError("bad_redirect_uri")
        return grant

    def _answer(self, grant: _Grant, *, with_user: bool) -> Json:
        first = grant.places[0].workspace
        new = self._new_token(first)
        for place in grant.places:
            self._install(place.workspace, new, grant)
        answer: Json = {
            "ok": True,
            "access_token": new,
            "token_type": "bot",
            "scope": ",".join(sorted(grant.scopes)),
            "bot_user_id": first.bot_user_id,
            "app_id": first.app_id,
            "team": None if grant.is_org_wide else {"name": first.name, "id": first.team_id},
            "enterprise": first.as_enterprise(),
            "is_enterprise_install": grant.is_org_wide,
        }
        if with_user:
            answer["authed_user"] = {"id": grant.user}
        if self.rotates:
            refresh = f"xoxe-1-{secrets.token_hex(24)}"
            self._refresh[refresh] = grant
            self.refresh_tokens_given.add(refresh)
            answer |= {"refresh_token": refresh, "expires_in": self.token_seconds}
        return answer

    def _new_token(self, workspace: SlackWorkspace) -> str:
        if self.rotates:
            return f"xoxe.xoxb-1-{secrets.token_hex(24)}"
        if workspace.bot_token and workspace.bot_token not in workspace.dead_tokens:
            return workspace.bot_token  # installed again: the same
        return f"xoxb-{secrets.randbelow(10**12)}-{secrets.token_hex(12)}"

    def _install(self, workspace: SlackWorkspace, token: str, grant: _Grant) -> None:
        workspace.bot_token = token
        workspace.scopes = grant.scopes
        workspace.is_org_wide = grant.is_org_wide
        if grant.is_org_wide:
            workspace.files = grant.places[0].workspace.files  # one token sees them all
        if self.rotates:
            workspace.token_ends[token] = self._clock() + self.token_seconds
            while len(workspace.token_ends) > MOST_TOKENS:
                oldest = next(iter(workspace.token_ends))
                del workspace.token_ends[oldest]
                workspace.dead_tokens[oldest] = "token_revoked"

    def _checked(self, url: str) -> dict[str, str]:
        """What Slack's page asks of its address; a mistake is a page of Slack's, not ours."""
        if not url.startswith(AUTHORIZE + "?"):
            raise UsageError(f"not Slack's page: {url}")
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        scopes = set(query.get("scope", "").split(","))
        if query.get("client_id") != self.client_id:
            raise UsageError("invalid_client_id")
        if query.get("redirect_uri") not in self.redirect_urls:
            raise UsageError("bad_redirect_uri")
        if "" in scopes or not scopes <= MANIFEST_SCOPES | OPTIONAL_SCOPES:
            raise UsageError(f"invalid_scope: {scopes}")
        if query.get("user_scope"):
            raise UsageError("our manifest has no user scopes")
        return {"state": "", **query}

    def _check_app(self, args: Json, authorization: str) -> None:
        given = (args.get("client_id"), args.get("client_secret"))
        if authorization.startswith("Basic "):
            try:
                words = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            except (binascii.Error, UnicodeDecodeError):
                words = ""
            client_id, _, secret = words.partition(":")
            given = (client_id, secret)
        if given[0] != self.client_id:
            raise SlackError("invalid_client_id")
        if given[1] != self.client_secret:
            raise SlackError("bad_client_secret")
