"""A bare Bolt app that only acks, as a child process: what the bot is compared with."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web
from commands import SIGNING_SECRET
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult


def make_app() -> AsyncApp:
    """Bolt verifies the signature; auth.test is spared, as it is in the bot."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=None, bot_token="xoxb-sandbox", bot_user_id="UBOT"
        )

    async def imagine(ack: AsyncAck) -> None:
        await ack()

    app = AsyncApp(signing_secret=SIGNING_SECRET, authorize=authorize)
    app.command("/imagine")(imagine)
    return app


async def main() -> None:
    """Serve until killed."""
    bolt_app = make_app()

    async def events(request: web.Request) -> web.StreamResponse:
        answer = await bolt_app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    app = web.Application()
    app.add_routes([web.post("/slack/events", events)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
