from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

PLAIN = {"type": "plain_text", "text": "Go"}
BUTTON = {"type": "button", "action_id": "go", "text": PLAIN}


def section(text: str, **more) -> dict:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def actions(*elements: dict, **more) -> dict:
    return {"type": "actions", "elements": list(elements), **more}


async def refusal(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("C2", "not_in_channel"),
        ("G8", "channel_not_found"),
        ("C0", "channel_not_found"),
        ("C9", "is_archived"),
    ],
)
async def test_the_bot_posts_only_where_it_may(slack, client, channel, code):
    slack.add_channel("G8", "secret", private=True, bot_is_member=False)
    slack.add_channel("C9", "attic", archived=True)
    assert await refusal(client.chat_postMessage(channel=channel, text="hi")) == code


async def test_a_message_needs_words_and_not_too_many(client):
    silent = client.api_call("chat.postMessage", json={"channel": "C1"})
    assert await refusal(silent) == "no_text"
    assert await refusal(client.chat_postMessage(channel="C1", text="x" * 40_001)) == "msg_too_long"
    posted = await client.chat_postMessage(channel="C1", text="short")
    change = client.chat_update(channel="C1", ts=posted["ts"], text="x" * 4001)
    assert await refusal(change) == "msg_too_long"


async def test_a_user_id_means_the_direct_message(slack, client):
    await client.chat_postMessage(channel="U1", text="psst")
    assert [m.text for m in slack.direct_messages_of("U1")] == ["psst"]


@pytest.mark.parametrize("ts", ["soon", "1.000000"])
async def test_a_thread_must_exist(client, ts):
    code = await refusal(client.chat_postMessage(channel="C1", text="hi", thread_ts=ts))
    assert code in {"invalid_thread_ts", "thread_not_found"}


async def test_an_answer_is_no_thread(slack, client):
    first = slack.say("one", user="U1", channel="C1")
    answer = slack.say("two", user="U2", channel="C1", thread_ts=first.ts)
    reply = client.chat_postMessage(channel="C1", text="hi", thread_ts=answer.ts)
    assert await refusal(reply) == "cannot_reply_to_message"


async def test_only_its_own_messages_can_be_changed_or_deleted(slack, client):
    theirs = slack.say("mine", user="U1", channel="C1")
    change = client.chat_update(channel="C1", ts=theirs.ts, text="yours")
    assert await refusal(change) == "cant_update_message"
    assert await refusal(client.chat_delete(channel="C1", ts=theirs.ts)) == "cant_delete_message"


async def test_a_change_says_something_of_a_message_that_is_there(client):
    posted = await client.chat_postMessage(channel="C1", text="a")
    nothing = client.api_call("chat.update", json={"channel": "C1", "ts": posted["ts"]})
    assert await refusal(nothing) == "no_text"
    gone = client.chat_update(channel="C1", ts="1.000000", text="b")
    assert await refusal(gone) == "message_not_found"
    assert (
        await refusal(client.chat_getPermalink(channel="C0", message_ts="1")) == "channel_not_found"
    )
    lost = client.chat_getPermalink(channel="C1", message_ts="1.000000")
    assert await refusal(lost) == "message_not_found"


async def test_text_without_blocks_takes_the_blocks_away(slack, client):
    posted = await client.chat_postMessage(channel="C1", text="a", blocks=[section("b")])
    await client.chat_update(channel="C1", ts=posted["ts"], text="c")
    (message,) = slack.messages("C1")
    assert (message.text, message.blocks, message.words) == ("c", [], "c")
    await client.chat_delete(channel="C1", ts=posted["ts"])
    assert slack.messages("C1") == []
    assert await refusal(client.chat_delete(channel="C1", ts=posted["ts"])) == "message_not_found"


async def test_an_ephemeral_reaches_one_member(slack, client):
    await client.chat_postEphemeral(channel="C1", user="U1", text="for you")
    assert [m.text for m in slack.ephemerals("U1")] == ["for you"]
    assert slack.visible_to("U2") == {}
    slack.add_user("U9", "nora")
    outside = client.chat_postEphemeral(channel="C1", user="U9", text="psst")
    assert await refusal(outside) == "user_not_in_channel"


async def test_an_ephemeral_in_a_thread_waits_for_an_answer_there(slack, client):
    first = slack.say("a fox", user="U1", channel="C1")
    await client.chat_postEphemeral(channel="C1", user="U1", text="psst", thread_ts=first.ts)
    assert slack.ephemerals("U1") == []
    await client.chat_postMessage(channel="C1", text="drawing", thread_ts=first.ts)
    assert [m.text for m in slack.ephemerals("U1")] == ["psst"]


async def test_a_permalink_names_channel_and_message(slack, client):
    message = slack.say("a fox", user="U1", channel="C1")
    link = await client.chat_getPermalink(channel="C1", message_ts=message.ts)
    assert link["permalink"].endswith(f"/archives/C1/p{message.ts.replace('.', '')}")


async def test_one_message_a_second_where_the_limit_is_on(slack, client, clock):
    slack.posting_limit.on = True
    await client.chat_postMessage(channel="C1", text="one")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C1", text="two")
    assert caught.value.response.headers["Retry-After"] == "1"
    clock.now += 1
    assert (await client.chat_postMessage(channel="C1", text="three"))["ok"]


BAD_BLOCKS = {
    "too many": [{"type": "divider"}] * 51,
    "long section": [section("x" * 3001)],
    "empty text": [section("")],
    "long header": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
    "markdown in a header": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "full context": [{"type": "context", "elements": [PLAIN] * 11}],
    "full actions": [actions(*[BUTTON | {"action_id": f"a{n}"} for n in range(26)])],
    "no elements": [actions()],
    "long label": [actions(BUTTON | {"text": {"type": "plain_text", "text": "x" * 76}})],
    "long value": [actions(BUTTON | {"value": "x" * 2001})],
    "odd style": [actions(BUTTON | {"style": "loud"})],
    "twin action_id": [actions(BUTTON, BUTTON)],
    "twin block_id": [section("a", block_id="b"), section("c", block_id="b")],
    "unknown block": [{"type": "poster"}],
    "unknown key": [section("a", colour="red")],
    "unprocessed file": [{"type": "image", "alt_text": "", "slack_file": {"id": "F0"}}],
    "full overflow": [
        actions(
            {
                "type": "overflow",
                "action_id": "o",
                "options": [{"text": PLAIN, "value": str(n)} for n in range(6)],
            }
        )
    ],
    "text that is no object": [{"type": "section", "text": "hi"}],
    "text that is no string": [{"type": "section", "text": {"type": "mrkdwn", "text": 7}}],
    "section of nothing": [{"type": "section"}],
    "long field": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}],
    "button in a context": [{"type": "context", "elements": [BUTTON]}],
    "input as an accessory": [section("a", accessory={"type": "plain_text_input"})],
    "header without text": [{"type": "header"}],
    "block that is a string": ["divider"],
    "empty rich text": [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
        }
    ],
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
async def test_blocks_are_refused(client, name):
    post = client.chat_postMessage(channel="C1", text="t", blocks=BAD_BLOCKS[name])
    assert await refusal(post) == "invalid_blocks"


@pytest.mark.parametrize("blocks", ["{", "7"])
async def test_blocks_that_are_no_list_have_an_error_of_their_own(client, blocks):
    post = client.api_call("chat.postMessage", data={"channel": "C1", "blocks": blocks})
    assert await refusal(post) == "invalid_blocks_format"


async def test_rich_text_pings_and_links_by_its_elements(slack, client):
    leaves = [
        {"type": "broadcast", "range": "here"},
        {"type": "user", "user_id": "U1"},
        {"type": "link", "url": "https://a.example", "text": "bank"},
        {"type": "text", "text": "<!channel>"},
    ]
    words = {"type": "rich_text_section", "elements": leaves}
    blocks = [{"type": "rich_text", "elements": [words]}]
    await client.chat_postMessage(channel="C1", text="t", blocks=blocks)
    (message,) = slack.messages("C1")
    assert message.pings == ["!here", "@U1"]
    assert message.links == [("https://a.example", "bank")]


async def test_a_refusal_of_blocks_names_the_place(client):
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C1", text="t", blocks=[section("x" * 3001)])
    (problem,) = caught.value.response["response_metadata"]["messages"]
    assert problem == (
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    )


async def test_blocks_within_the_limits_are_shown_and_named(slack, client):
    blocks = [section("x" * 3000), actions(BUTTON), {"type": "divider"}]
    await client.chat_postMessage(channel="C1", text="t", blocks=blocks)
    (message,) = slack.messages("C1")
    assert message.labels == ["Go"]
    assert all(block["block_id"] for block in message.blocks)


@pytest.mark.parametrize(
    ("text", "pings", "links"),
    [
        ("<!channel> look", ["!channel"], []),
        ("<@U1> and <!subteam^S1|@team>", ["@U1", "!subteam^S1"], []),
        ("&lt;!channel&gt; &lt;@U1&gt;", [], []),
        ("<https://a.example|your bank>", [], [("https://a.example", "your bank")]),
        ("<https://a.example>", [], [("https://a.example", "")]),
        ("<!date^1392734382^{date}|soon>", [], []),
    ],
)
async def test_pings_and_links_are_read_from_markup(slack, client, text, pings, links):
    await client.chat_postMessage(channel="C1", text="t", blocks=[section(text)])
    (message,) = slack.messages("C1")
    assert (message.pings, message.links) == (pings, links)


async def test_plain_text_neither_pings_nor_links(slack, client):
    words = {"type": "plain_text", "text": "<!here> <https://a.example|b>"}
    blocks = [{"type": "section", "text": words}]
    await client.chat_postMessage(channel="C1", text="t", blocks=blocks)
    (message,) = slack.messages("C1")
    assert (message.pings, message.links) == ([], [])
    assert message.words == words["text"]


async def test_link_names_makes_typed_names_ping(slack, client):
    await client.chat_postMessage(channel="C1", text="@channel @dana", link_names=True)
    assert slack.messages("C1")[0].pings == ["@channel", "@dana"]
