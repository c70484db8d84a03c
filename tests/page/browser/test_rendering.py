"""How blocks and words are drawn, and that the page can be read by everybody."""

from __future__ import annotations

from typing import Any

import pytest

from .chat import Chat, expect

NAMES = "{locale: 'en-US', person: () => 'dana', place: () => '#design', words: {}}"
CONTEXT = f"{{names: {NAMES}, places: []}}"


async def drawn(chat: Chat, block: dict[str, Any]) -> Any:
    """A block as the page's own module builds it, in the page."""
    code = (
        "async (block) => { const {buildBlock} = await import('/static/blocks.js');"
        f" document.querySelector('#scroll').append(buildBlock(block, {CONTEXT})); }}"
    )
    await chat.page.evaluate(code, block)
    return chat.page.locator("#scroll > :last-child")


async def words_of(chat: Chat, mrkdwn: str) -> str:
    code = (
        "async (words) => { const {mrkdwn} = await import('/static/mrkdwn.js');"
        f" const box = document.createElement('div'); box.append(...mrkdwn(words, {NAMES}));"
        " return box.innerHTML; }"
    )
    return str(await chat.page.evaluate(code, mrkdwn))


SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "a"}}
UNKNOWN: list[dict[str, Any]] = [
    {"type": "video", "title": "no"},
    SECTION | {"accessory": {"type": "timepicker"}},
    {"type": "actions", "elements": [{"type": "file_input"}]},
    {"type": "input", "label": {"text": "a"}, "element": {"type": "datepicker"}},
    {"type": "rich_text", "elements": [{"type": "rich_text_table"}]},
    {"type": "header"},
]


async def test_what_the_page_does_not_know_is_an_error_with_its_json(chat: Chat) -> None:
    for block in UNKNOWN:
        node = await drawn(chat, block)
        box = node.or_(node.locator(".unknown")).and_(chat.page.locator(".unknown")).first
        await expect(box).to_contain_text("cannot show this")
        await expect(box.locator("pre")).to_contain_text('"type"')


HTML = {
    "*b* _i_ ~s~ `c`": "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>",
    "a*b*c 2*3*4": "<p>a*b*c 2*3*4</p>",
    "&lt;b&gt; &amp;amp;": "<p>&lt;b&gt; &amp;amp;</p>",
    "<img src=x onerror=alert(1)>": "<p><span>img src=x onerror=alert(1)</span></p>",
    "<javascript:alert(1)|x>": "<p><span>x</span></p>",
    "&gt; a\n&gt; b": "<blockquote>a<br>b</blockquote>",
    "• a\n• b": "<ul><li>a</li><li>b</li></ul>",
    "```a\n*b*```": "<pre><code>a\n*b*</code></pre>",
    "<@U1>": '<p><span class="mention">@dana</span></p>',
    "<!subteam^S1|@crew>": '<p><span class="mention">@crew</span></p>',
    ":tada: :no_such: 12:30:45": "<p>🎉 :no_such: 12:30:45</p>",
    "`:tada:`": "<p><code>:tada:</code></p>",
    "<!channel>": '<p><span class="mention">@channel</span></p>',
    "<#C1>": '<p><span class="mention">#design</span></p>',
}


async def test_mrkdwn_becomes_nodes_and_never_markup(chat: Chat) -> None:
    assert {words: await words_of(chat, words) for words in HTML} == HTML


async def test_an_overflow_menu_opens_and_its_choice_is_told(chat: Chat) -> None:
    options = [{"value": n, "text": {"type": "plain_text", "text": f"Do {n}"}} for n in "ab"]
    element = {"type": "overflow", "action_id": "x", "options": options}
    node = await drawn(chat, {"type": "actions", "block_id": "b", "elements": [element]})
    await node.get_by_role("button").press("Enter")
    await chat.page.get_by_role("menuitem", name="Do a").press("ArrowDown")
    await expect(chat.page.get_by_role("menuitem", name="Do b")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.get_by_role("menu")).to_have_count(0)


CONTRASTS = """() => {
  const paint = document.createElement('canvas').getContext('2d');
  const light = (name) => {
    document.body.style.color = `var(${name})`;
    paint.fillStyle = getComputedStyle(document.body).color;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map((part) =>
      part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const pairs = [
    ['words', 'surface'], ['words', 'ground'], ['words', 'secret-ground'], ['words', 'line'],
    ['soft', 'surface'], ['soft', 'ground'], ['soft', 'secret-ground'], ['soft', 'raised'],
    ['accent', 'surface'], ['accent', 'ground'], ['accent', 'accent-ground'],
    ['on-accent', 'accent'], ['danger', 'surface'], ['danger', 'danger-ground'],
    ['danger', 'ground'], ['on-danger', 'danger'], ['secret-words', 'secret-ground'],
    ['code', 'code-ground'],
  ];
  return pairs.map(([front, ground]) => {
    const [low, high] = [light('--' + front), light('--' + ground)].sort((a, b) => a - b);
    return [front + ' on ' + ground, (high + 0.05) / (low + 0.05)];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_from_their_ground(chat: Chat, scheme: Any) -> None:
    await chat.page.emulate_media(color_scheme=scheme)
    found = await chat.page.evaluate(CONTRASTS)
    assert {pair: ratio for pair, ratio in found if ratio < 4.5} == {}


async def test_a_narrow_window_shows_one_pane_at_a_time(chat: Chat) -> None:
    for wide in (960, 1100, 1440):
        await chat.page.set_viewport_size({"width": wide, "height": 700})
        top = await chat.page.get_by_role("banner").bounding_box()
        assert top
        assert top["height"] < 80, f"the top is one line at {wide} pixels"
    await chat.page.set_viewport_size({"width": 360, "height": 700})
    await chat.write("/imagine a fox")
    await chat.sees_images(1)
    width = await chat.page.evaluate("document.documentElement.scrollWidth")
    assert width == 360
    views = chat.page.get_by_role("navigation", name="Views")
    await views.get_by_role("button", name="Traffic").click()
    await expect(
        chat.page.get_by_role("region", name="What Slack and GLM received")
    ).to_be_visible()
    await expect(chat.page.get_by_role("main")).to_be_hidden()
    await views.get_by_role("button", name="Places").click()
    await chat.go("Home")
    await expect(chat.home).to_be_visible()


UNNAMED = """() => [...document.querySelectorAll('button, input, select, textarea')]
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.ariaLabel || node.textContent.trim() && node.matches('button')
    || node.labels?.length || node.getAttribute('aria-labelledby')))
  .map((node) => node.outerHTML)"""


async def test_every_control_has_a_name(chat: Chat) -> None:
    await chat.become("ada")
    await chat.write("/imagine a fox")
    await chat.sees_images(1)
    assert await chat.page.evaluate(UNNAMED) == []
    await chat.go("Home")
    await chat.home.get_by_role("button", name="Settings").click()
    await expect(chat.modal.get_by_label("Default model")).to_be_focused()
    assert await chat.page.evaluate(UNNAMED) == []
