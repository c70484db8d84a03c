"""Who may not speak to the page, and what each answer says to the browser."""

from __future__ import annotations

import json
from collections.abc import Mapping

import aiohttp
import pytest

from glm_slackbot.sandbox.page.stage import Stage

FAIR = {"X-Sandbox-Page": "1", "Content-Type": "application/json"}
ACT = json.dumps({"do": "reload", "user": "U1"})
STRANGE: dict[str, tuple[str, Mapping[str, str], str]] = {
    "another name for this machine": ("GET", {"Host": "sandbox.example"}, "under no other name"),
    "a name that was rebound": ("POST", {"Host": "evil.example:{port}"}, "under no other name"),
    "another port": ("GET", {"Host": "127.0.0.1:1"}, "under no other name"),
    "no port": ("GET", {"Host": "localhost"}, "under no other name"),
    "another page": ("POST", {"Origin": "https://evil.example"}, "Other pages may not speak"),
    "a file": ("POST", {"Origin": "null"}, "Other pages may not speak"),
    "a reader elsewhere": ("GET", {"Origin": "http://127.0.0.1:1"}, "Other pages may not speak"),
    "https": ("POST", {"Origin": "https://127.0.0.1:{port}"}, "Other pages may not speak"),
    "an image tag elsewhere": ("GET", {"Sec-Fetch-Site": "cross-site"}, "may not read"),
    "a page at another port": ("GET", {"Sec-Fetch-Site": "same-site"}, "may not read"),
    "a form elsewhere": ("POST", {"Content-Type": "text/plain"}, "An act is JSON"),
    "no header of ours": ("POST", {"X-Sandbox-Page": ""}, "carries the header X-Sandbox-Page: 1"),
}


def port_of(address: str) -> str:
    return address.rpartition(":")[2]


@pytest.mark.parametrize("who", STRANGE)
async def test_a_stranger_is_refused_with_a_sentence(
    who: str, address: str, session: aiohttp.ClientSession
) -> None:
    method, changed, words = STRANGE[who]
    path = "/events?user=U1" if method == "GET" else "/act"
    given = {name: value.format(port=port_of(address)) for name, value in changed.items()}
    headers = {**(FAIR if method == "POST" else {}), **given}
    body = ACT if method == "POST" else None
    async with session.request(method, address + path, headers=headers, data=body) as response:
        assert response.status == 403
        assert words in (await response.json())["error"]
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_the_page_itself_is_let_in_by_both_its_names(
    name: str, address: str, session: aiohttp.ClientSession
) -> None:
    own = f"{name}:{port_of(address)}"
    headers = {**FAIR, "Host": own, "Origin": f"http://{own}", "Sec-Fetch-Site": "same-origin"}
    async with session.post(f"{address}/act", headers=headers, data=ACT) as response:
        assert (response.status, await response.json()) == (200, {"ok": True})


async def test_a_preflight_of_another_page_is_refused(
    address: str, session: aiohttp.ClientSession
) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    async with session.options(f"{address}/act", headers=asked) as response:
        assert response.status == 403


async def test_a_link_from_elsewhere_leads_to_the_page_alone(
    address: str, session: aiohttp.ClientSession
) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    for path, status in (("/", 200), ("/files/F1", 403)):
        async with session.get(address + path, headers=followed) as response:
            assert response.status == status


async def test_every_answer_is_kept_by_nobody_and_runs_nothing_foreign(
    stage: Stage, address: str, session: aiohttp.ClientSession
) -> None:
    for path in ("/", "/static/page.css", "/files/F1", "/events?user=U9", "/events?user=U1"):
        async with session.get(address + path) as response:
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'self'; img-src 'self' data:;")
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy


async def test_it_can_be_reached_from_this_machine_alone(address: str) -> None:
    with open("/proc/net/tcp") as table:  # noqa: ASYNC230  # the kernel's own, in memory
        port = f"{int(port_of(address)):04X}"
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert [entry for entry in listening if entry.endswith(f":{port}")] == [f"0100007F:{port}"]
