from __future__ import annotations

import hashlib
import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

PICTURE = b"\x89PNG" + bytes(1000)
BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": "Again"}}
        ],
    }
]


async def refusal(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def uploaded(client, session, *, content=PICTURE, **more) -> str:
    asked = {"filename": "fox.png", "length": len(PICTURE), **more}
    ticket = await client.files_getUploadURLExternal(**asked)
    async with session.post(ticket["upload_url"], data=content) as answer:
        assert await answer.text() == f"OK - {len(content)}"
    return ticket["file_id"]


def complete(client, *file_ids: str, **more):
    files = [{"id": file_id, "title": "a fox"} for file_id in file_ids]
    return client.api_call("files.completeUploadExternal", json={"files": files, **more})


async def test_a_file_appears_some_time_after_completion(slack, client, session):
    file_id = await uploaded(client, session)
    assert await refusal(client.files_info(file=file_id)) == "file_not_found"
    answer = await complete(client, file_id, channel_id="C1", blocks=BUTTONS)
    assert (answer["files"][0]["shares"], answer["files"][0]["mimetype"]) == ({}, "")
    assert slack.messages("C1") == []
    await slack.settle()
    (message,) = slack.messages("C1")
    assert (message.files[0].title, message.labels) == ("a fox", ["Again"])
    told = (await client.files_info(file=file_id))["file"]
    assert told["shares"] == {"public": {"C1": [{"ts": message.ts}]}}
    assert told["mimetype"] == "image/png"


async def test_what_was_uploaded_is_counted_and_hashed(slack, client, session):
    await uploaded(client, session)
    (upload,) = slack.uploads.received
    assert (upload.size, upload.sha256) == (len(PICTURE), hashlib.sha256(PICTURE).hexdigest())


async def test_a_multipart_body_is_taken_too(slack, client, session):
    form = aiohttp.FormData()
    form.add_field("file", PICTURE, filename="fox.png")
    ticket = await client.files_getUploadURLExternal(filename="fox.png", length=len(PICTURE))
    async with session.post(ticket["upload_url"], data=form) as answer:
        assert await answer.text() == f"OK - {len(PICTURE)}"


async def test_a_file_completes_once(slack, client, session):
    file_id = await uploaded(client, session)
    await complete(client, file_id, channel_id="C1")
    assert await refusal(complete(client, file_id, channel_id="C1")) == "file_not_found"
    await slack.settle()
    assert len(slack.messages("C1")) == 1


async def test_several_files_make_one_message(slack, client, session):
    files = [await uploaded(client, session), await uploaded(client, session)]
    await complete(client, *files, channel_id="C1", initial_comment="two", blocks=BUTTONS)
    await slack.settle()
    (message,) = slack.messages("C1")
    assert [file.id for file in message.files] == files
    assert (message.text, message.blocks) == ("two", [])  # blocks are ignored beside a comment


async def test_alt_txt_makes_the_file_vanish(slack, client, session):
    file_id = await uploaded(client, session, alt_txt="a fox")
    assert (await complete(client, file_id, channel_id="C1"))["ok"]
    await slack.settle()
    assert slack.messages("C1") == []
    assert (await client.files_info(file=file_id))["file"]["shares"] == {}


async def test_a_wrong_length_and_a_missing_body_fail_at_completion(client, session):
    short = await uploaded(client, session, content=PICTURE[:-1])
    assert await refusal(complete(client, short, channel_id="C1")) == "file_update_failed"
    ticket = await client.files_getUploadURLExternal(filename="fox.png", length=3)
    assert await refusal(complete(client, ticket["file_id"])) == "file_not_found"


async def test_the_ticket_takes_form_fields_only(client):
    asked = {"filename": "fox.png", "length": 3}
    ticket = client.api_call("files.getUploadURLExternal", json=asked)
    assert await refusal(ticket) == "invalid_arguments"
    empty = client.files_getUploadURLExternal(filename="fox.png", length=0)
    assert await refusal(empty) == "missing_argument"


async def test_an_upload_address_takes_no_token(client, session):
    ticket = await client.files_getUploadURLExternal(filename="fox.png", length=3)
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    async with session.post(ticket["upload_url"], data=b"abc", headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    ("channel", "code"),
    [("C2", "not_in_channel"), ("G8", "channel_not_found"), ("D9", "channel_not_found")],
)
async def test_a_refused_share_leaves_the_file_to_be_completed(
    slack, client, session, channel, code
):
    slack.add_channel("G8", "secret", private=True, bot_is_member=False)
    slack.add_direct_message("D9", ["U1", "U2"])
    file_id = await uploaded(client, session)
    assert await refusal(complete(client, file_id, channel_id=channel)) == code
    assert (await complete(client, file_id, channel_id="C1"))["ok"]


async def test_blocks_beside_files_may_be_refused(slack, client, session):
    slack.refuses_file_blocks = True
    file_id = await uploaded(client, session)
    shared = complete(client, file_id, channel_id="C1", blocks=BUTTONS)
    assert await refusal(shared) == "invalid_blocks"
    assert (await complete(client, file_id, channel_id="C1", initial_comment="a fox"))["ok"]


async def test_an_image_block_waits_for_processing(slack, client, session):
    slack.uploads.processing_seconds = 1.0
    file_id = await uploaded(client, session)
    image = [{"type": "image", "alt_text": "a fox", "slack_file": {"id": file_id}}]
    await complete(client, file_id)
    early = client.chat_postMessage(channel="C1", text="t", blocks=image)
    assert await refusal(early) == "invalid_blocks"
    await slack.settle()
    assert (await client.chat_postMessage(channel="C1", text="t", blocks=image))["ok"]


async def test_a_deleted_file_leaves_nothing_to_see(slack, client, session):
    file_id = await uploaded(client, session)
    await complete(client, file_id, channel_id="C1")
    await slack.settle()
    assert slack.visible_to("U1")["C1"]
    await client.files_delete(file=file_id)
    assert slack.visible_to("U1") == {}
    assert await refusal(client.files_info(file=file_id)) == "file_deleted"
    assert await refusal(client.files_delete(file=file_id)) == "file_deleted"


async def test_a_download_without_the_token_is_a_login_page(slack, client, session):
    file_id = await uploaded(client, session)
    await complete(client, file_id, channel_id="C1")
    await slack.settle()
    url = (await client.files_info(file=file_id))["file"]["url_private"]
    async with session.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
    headers = {"Authorization": f"Bearer {client.token}"}
    async with session.get(url, headers=headers) as answer:
        assert (await answer.read(), answer.content_type) == (PICTURE, "image/png")


async def test_an_upload_cut_off_on_the_way_leaves_no_file(slack, client, session):
    ticket = await client.files_getUploadURLExternal(filename="fox.png", length=1 << 20)

    async def half():
        yield bytes(1000)
        raise RuntimeError("killed")

    with pytest.raises((RuntimeError, aiohttp.ClientError)):
        await session.post(ticket["upload_url"], data=half())
    assert slack.uploads.received == []
    assert await refusal(complete(client, ticket["file_id"])) == "file_not_found"


async def test_malformed_files_are_refused(client):
    bad = client.api_call("files.completeUploadExternal", data={"files": json.dumps(["F1"])})
    assert await refusal(bad) == "invalid_arguments"
