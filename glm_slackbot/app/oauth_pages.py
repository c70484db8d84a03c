"""The two pages that a browser shows at the end of an installation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from glm_slackbot.texts import text

PAGE_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    # The address holds a code and a state.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_CODE: Final = re.compile(r"`([^`]*)`")
_STYLE: Final = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.5rem;"
    "color:#27304a;background:#faf9f6}li{margin:.6rem 0}"
    "code{background:#ece9e2;padding:.1rem .3rem}"
    "a{display:inline-block;margin-top:1rem;color:#27304a}"
)


def page_locale(accept_language: str) -> str:
    """The page's language, by the browser's first wish."""
    return "zh" if accept_language.strip().lower().startswith("zh") else "en"


def done_page(
    locale: str, *, name: str, steps: Iterable[str], open_url: str, params: Mapping[str, object]
) -> str:
    """Installed, and what to do next; ``steps`` are text_ids."""
    items = "".join(f"<li>{_shown(text(step, locale, **params))}</li>" for step in steps)
    words = f"<p>{_shown(text('install.done_intro', locale))}</p><ol>{items}</ol>"
    link = _link(open_url, text("install.open_slack", locale))
    return _page(locale, text("install.done_title", locale, name=name), words + link)


def failed_page(
    locale: str, *, text_id: str, params: Mapping[str, object], install_url: str
) -> str:
    """Not installed, and why."""
    words = f"<p>{_shown(text(text_id, locale, **params))}</p>"
    link = _link(install_url, text("install.start_again", locale))
    return _page(locale, text("install.failed_title", locale), words + link)


def _page(locale: str, title: str, body: str) -> str:
    shown = escape(title)
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{shown}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{shown}</h1>{body}</body></html>"
    )


def _shown(words: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(words))


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>'
