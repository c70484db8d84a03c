"""Named styles: what people call them, and the words the model is given for them."""

from __future__ import annotations

from dataclasses import dataclass

from glm_slackbot.domain.characters import to_half_width


@dataclass(frozen=True, slots=True)
class Style:
    """A style's names, in both languages, and its words in each."""

    names: tuple[str, ...]
    english: str
    chinese: str


STYLES: tuple[Style, ...] = (
    Style(
        ("photo", "photography", "photorealistic", "照片", "摄影", "写实"),
        "realistic photo style, natural light, fine detail",
        "写实摄影照片风格，自然光，细节清晰",
    ),
    Style(("anime", "动漫", "动画", "二次元"), "anime style, clean lines", "动漫风格，线条干净"),
    Style(
        ("watercolor", "watercolour", "水彩", "水彩画"),
        "watercolor painting style, soft washes",
        "水彩画风格，柔和晕染",
    ),
    Style(
        ("oil", "oil painting", "油画"),
        "oil painting style, visible brushwork",
        "油画风格，笔触可见",
    ),
    Style(("sketch", "pencil", "素描", "铅笔画"), "pencil sketch style", "铅笔素描风格"),
    Style(("pixel", "pixel art", "像素", "像素画"), "pixel art style", "像素画风格"),
    Style(
        ("3d", "3d render", "三维", "立体"), "3D render style, soft light", "3D渲染风格，柔和光线"
    ),
    Style(
        ("ink", "ink wash", "水墨", "水墨画", "国画"),
        "Chinese ink wash painting style",
        "中国水墨画风格",
    ),
    Style(("comic", "漫画"), "comic book style, bold outlines", "漫画风格，轮廓鲜明"),
    Style(("poster", "海报"), "poster design style, clear composition", "海报设计风格，构图清晰"),
    Style(("flat", "vector", "扁平", "矢量"), "flat vector illustration style", "扁平矢量插画风格"),
    Style(
        ("cinematic", "film", "电影", "电影感"),
        "cinematic film still style, dramatic light",
        "电影感画面风格，光影强烈",
    ),
    Style(("clay", "黏土", "粘土"), "clay figure style", "黏土风格"),
)

_BY_NAME = {name: style for style in STYLES for name in style.names}


def style_words(typed: str, *, chinese: bool) -> str:
    """The words for a style: a named one's own, else those typed, as a phrase."""
    named = _BY_NAME.get(_bare_name(typed))
    if named is not None:
        return named.chinese if chinese else named.english
    if typed.lower().endswith(("style", "风格", "風格")):
        return typed
    return f"{typed}风格" if chinese else f"{typed} style"


def _bare_name(typed: str) -> str:
    name = " ".join(to_half_width(typed).lower().split())
    return name.removesuffix("style").removesuffix("风格").strip()
