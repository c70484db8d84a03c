"""Who may speak to a server that spends money: a program on this machine, or one with the token.

A page in a browser may not, on loopback least of all: any site could send a POST there, and by a
name of its own that leads to 127.0.0.1 (DNS rebinding) even read the answer.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import socket
from typing import Final

from aiohttp import web

from glm_slackbot.engine.txt2img.faults import FORBIDDEN, UNAUTHORIZED, fault

_NOT_FROM_A_PAGE: Final = ("none", "same-origin")
_HOST: Final = re.compile(r"(?:\[(?P<address>[^\]]*)\]|(?P<name>[^:]*))(?::[0-9]*)?")


def is_loopback(host: str) -> bool:
    """Whether all addresses of this name or address are this machine's own, for itself alone.

    Raises OSError (``socket.gaierror``) for a name that has none.
    """
    found = socket.getaddrinfo(host or "0.0.0.0", None, type=socket.SOCK_STREAM)
    return all(_is_own_address(str(address[0])) for *_, address in found)


def check_request(request: web.Request, token: str | None, own_host: str) -> None:
    """Raises Fault for a request that may not be answered. Without a token it is loopback's."""
    if token is not None:
        _check_bearer(request, token)
    elif not _names_this_machine(request.headers.getall("Host", []), own_host):
        raise fault(FORBIDDEN, "local_server.wrong_host")
    if _comes_from_a_page(request):
        raise fault(FORBIDDEN, "local_server.other_origin")


def _check_bearer(request: web.Request, token: str) -> None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    same = hmac.compare_digest(token.encode(), given.strip(" ").encode("utf-8", "surrogateescape"))
    if not same or scheme.lower() != "bearer":
        raise fault(UNAUTHORIZED, "local_server.unauthorized")


def _names_this_machine(hosts: list[str], own_host: str) -> bool:
    """By any port: another one leads here through a tunnel, and a site cannot choose the name."""
    if len(hosts) != 1:
        return False
    host = _HOST.fullmatch(hosts[0].strip().lower())
    name = str(host and (host["address"] or host["name"]))
    return name in ("localhost", own_host.lower()) or _is_own_address(name)


def _is_own_address(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _comes_from_a_page(request: web.Request) -> bool:
    """As the browser says it. The server has no page, so that none is its own."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    return "Origin" in request.headers or site not in _NOT_FROM_A_PAGE
