"""A way to stand-ins for a program that is left as it is: SSL_CERT_FILE and HTTPS_PROXY."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from glm_slackbot.sandbox.network import LOOPBACK, Routes


@asynccontextmanager
async def road_to(routes: Routes, folder: Path) -> AsyncIterator[dict[str, str]]:
    """The variables by which a program in its own process finds the stand-ins, and nobody else."""
    certificate = folder / "stand-ins.pem"
    certificate.write_text(routes.certificate)
    tunnels: set[asyncio.Task[None]] = set()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tunnels.add(task)
        try:
            await _tunnel(routes, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            tunnels.discard(task)
            writer.close()

    proxy = await asyncio.start_server(lead, LOOPBACK, 0)
    port = proxy.sockets[0].getsockname()[1]
    try:
        yield {"SSL_CERT_FILE": str(certificate), "HTTPS_PROXY": f"http://{LOOPBACK}:{port}"}
    finally:
        proxy.close()
        for task in list(tunnels):
            task.cancel()
        await asyncio.gather(*tunnels, return_exceptions=True)


async def _tunnel(
    routes: Routes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """CONNECT host:443, and then bytes both ways."""
    asked = (await reader.readuntil(b"\r\n\r\n")).split(maxsplit=2)[1].decode()
    host, _, port = asked.rpartition(":")
    led = routes.port_of(host, int(port))
    if led is None:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        return
    there, back = await asyncio.open_connection(LOOPBACK, led)
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(2**16):
            sink.write(piece)
            await sink.drain()
    finally:
        # Whichever side ends, both do: a dropped connection is dropped for the program, too.
        with contextlib.suppress(OSError):
            sink.close()
