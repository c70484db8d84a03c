"""Serves stand-ins over TLS on loopback and leads the clients' https names to them.

The clients keep their https names, so every rule on links and hosts stays on; only the road
is new:

    client ──https://slack.com──▶ transport or connector ──▶ 127.0.0.1:port

The name goes along as Host header and TLS server name, and the certificate is checked.
"""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, AddressFamily
from typing import Self

import aiohttp
import httpx
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from glm_slackbot.sandbox.certificate import make_certificate

LOOPBACK = "127.0.0.1"
HTTPS = 443
#: So long that an application, not the server, judges a long address (Slack answers 414).
LONGEST_LINE = 1 << 17


@dataclass(frozen=True)
class Routes:
    """Which https name leads to which loopback port, and the certificate that answers there.

    Plain values: another process can be given them and reach the same stand-ins.
    """

    ports: Mapping[str, int]
    certificate: str

    def httpx_transport(self) -> httpx.AsyncBaseTransport:
        """A transport for `httpx.AsyncClient`; other names raise `httpx.ConnectError`."""
        return _RoutedTransport(self)

    def slack_connector(self) -> aiohttp.BaseConnector:
        """A connector for `aiohttp.ClientSession`; names it does not know fail to resolve."""
        return aiohttp.TCPConnector(
            resolver=_RoutedResolver(self), ssl=self.trust(), use_dns_cache=False
        )

    def trust(self) -> ssl.SSLContext:
        """A TLS context that trusts the stand-ins' certificate and nothing else."""
        return ssl.create_default_context(cadata=self.certificate)

    def port_of(self, host: str, asked: int) -> int | None:
        """The loopback port for a name, or None: unknown, or not asked for as https."""
        return self.ports.get(host) if asked == HTTPS else None


class StandInNetwork:
    """Async context manager: each distinct application gets one loopback port and all its names."""

    def __init__(self, apps: Mapping[str, web.Application]) -> None:
        self._apps = dict(apps)
        self._runners: list[web.AppRunner] = []
        self._routes: Routes | None = None
        #: names to which no connection comes about: the handshake is refused
        self.unreachable: Collection[str] = ()

    @property
    def routes(self) -> Routes:
        """Names and ports; only while the network is up."""
        if self._routes is None:
            raise RuntimeError("the stand-in network is not up")
        return self._routes

    @property
    def httpx_transport(self) -> httpx.AsyncBaseTransport:
        """A new transport a call: the client it is given to closes it."""
        return self.routes.httpx_transport()

    def slack_connector(self) -> aiohttp.BaseConnector:
        """A new connector a call: the session it is given to closes it."""
        return self.routes.slack_connector()

    async def __aenter__(self) -> Self:
        certificate, private_key = make_certificate(list(self._apps))
        context = _server_context(certificate, private_key)
        context.sni_callback = self._refuse_where_unreachable
        ports = {id(app): await self._serve(app, context) for app in self._distinct()}
        self._routes = Routes(
            {host: ports[id(app)] for host, app in self._apps.items()}, certificate
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._routes = None
        for runner in reversed(self._runners):
            await runner.cleanup()
        self._runners.clear()

    def _refuse_where_unreachable(
        self, _: ssl.SSLSocket | ssl.SSLObject, name: str | None, __: ssl.SSLContext
    ) -> int | None:
        refused = name in self.unreachable
        return ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME if refused else None

    def _distinct(self) -> list[web.Application]:
        return list({id(app): app for app in self._apps.values()}.values())

    async def _serve(self, app: web.Application, context: ssl.SSLContext) -> int:
        runner = web.AppRunner(
            app, access_log=None, max_line_size=LONGEST_LINE, shutdown_timeout=1.0
        )
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, LOOPBACK, 0, ssl_context=context, backlog=1024).start()
        return int(runner.addresses[0][1])


class _RoutedTransport(httpx.AsyncBaseTransport):
    def __init__(self, routes: Routes) -> None:
        self._routes = routes
        self._inner = httpx.AsyncHTTPTransport(verify=routes.trust())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        secure = request.url.scheme == "https"
        port = self._routes.port_of(host, request.url.port or HTTPS) if secure else None
        if port is None:
            raise httpx.ConnectError(f"no stand-in is called {host}", request=request)
        led = httpx.Request(
            request.method,
            request.url.copy_with(host=LOOPBACK, port=port),
            headers=request.headers,  # the Host header stays the https name
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._inner.handle_async_request(led)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _RoutedResolver(AbstractResolver):
    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily | int = AF_INET
    ) -> list[ResolveResult]:
        led = self._routes.port_of(host, port)
        if led is None:
            raise OSError(None, f"no stand-in is called {host}")
        return [
            ResolveResult(hostname=host, host=LOOPBACK, port=led, family=AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        return None


def _server_context(certificate: str, private_key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:  # ssl reads a key from a file only
        path = Path(folder, "stand-in.pem")
        path.touch(mode=0o600)
        path.write_text(private_key + certificate)
        context.load_cert_chain(path)
    return context
