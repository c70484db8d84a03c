"""Trying an API key: accepted or not, and nothing bought."""

from __future__ import annotations

import httpx
import pytest

from glm_slackbot.glm import ApiKey, GLMError, GLMImageClient, Kind, Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.glm_weather import Reply, refusal


async def test_an_accepted_api_key_passes_and_nothing_is_bought(
    client: GLMImageClient, glm: GLMStandIn
) -> None:
    await client.probe()
    assert [seen.method for seen in glm.requests] == ["GET"]
    assert glm.purchases == []


async def test_the_api_key_of_the_other_host_is_refused(http: httpx.AsyncClient) -> None:
    wrong = ApiKey(Provider.ZAI, TEST_API_KEYS[Provider.BIGMODEL])
    with pytest.raises(GLMError) as caught:
        await GLMImageClient(http, wrong).probe()
    assert caught.value.kind is Kind.API_KEY_REFUSED


async def test_an_api_key_that_is_quoted_back_is_in_no_error(
    client: GLMImageClient, glm: GLMStandIn
) -> None:
    secret = TEST_API_KEYS[Provider.BIGMODEL]
    error = {"code": "1112", "message": f"{secret} is locked"}
    glm.weather.next_poll(Reply(status=400, json={"error": error}))
    with pytest.raises(GLMError) as caught:
        await client.probe()
    assert caught.value.message == "*** is locked"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(json={"task_status": "PROCESSING"}),
        refusal("1211"),
        refusal("1302"),
        refusal("1113"),
        refusal("9999", 404),
        refusal("1200", 400),
    ],
)
async def test_any_answer_of_the_provider_below_500_accepts_it(
    client: GLMImageClient, glm: GLMStandIn, reply: Reply
) -> None:
    glm.weather.next_poll(reply)
    await client.probe()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (refusal("1000"), Kind.API_KEY_REFUSED),
        (refusal("1002", 200), Kind.API_KEY_REFUSED),
        (refusal("1005"), Kind.TWO_FACTOR),
        (refusal("1112"), Kind.ACCOUNT),
        (refusal("1220"), Kind.PERMISSION),
        (refusal("9999", 403), Kind.API_KEY_REFUSED),
        (refusal("1200"), Kind.FAULT),
        (Reply(status=502, text="<html>"), Kind.FAULT),
        (Reply(status=200, text="<html>"), Kind.LOST),
        (Reply(json={"code": 401, "msg": "no", "success": False}), Kind.API_KEY_REFUSED),
        (Reply(json={"code": 403, "msg": "no", "success": False}), Kind.FAULT),
        (Reply(json={"code": 500, "msg": "404 NOT_FOUND", "success": False}), Kind.FAULT),
        (Reply(status=200, json={}), Kind.LOST),
        (Reply(status=400, json={"error": "blocked by the proxy"}), Kind.PARAMETER),
        (Reply(drop=True), Kind.LOST),
    ],
)
async def test_anything_else_refuses_it_or_leaves_it_open(
    client: GLMImageClient, glm: GLMStandIn, reply: Reply, kind: Kind
) -> None:
    glm.weather.next_poll(reply)
    with pytest.raises(GLMError) as caught:
        await client.probe()
    assert caught.value.kind is kind
    assert not caught.value.may_have_billed
