"""Which links may be followed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_slackbot.glm import DownloadError, DownloadKind
from glm_slackbot.glm.links import check_link, is_public_name

SAFE = [
    "https://sfile.chatglm.cn/a.png?Signature=1",
    "https://mfile.z.ai./a.png",
    "HTTPS://MFILE.Z.AI:443/a",
    "https://maas-watermark-prod-new.cn-wlcb.ufileos.com/a",
    "https://images.example.com:8443/a",
    "https://xn--fiqs8s.example/a",
    "https://图片.中国/a",
    "https://127.0.0.1.nip.io/a",
    "https://a_b.example.com/",
]
UNSAFE = [
    "",
    "nonsense",
    "http://mfile.z.ai/a.png",
    "ftp://mfile.z.ai/a.png",
    "file:///etc/passwd",
    "//mfile.z.ai/a",
    "https:///a.png",
    "https://127.0.0.1/a",
    "https://127.0.0.1./a",
    "https://127.1/a",
    "https://2130706433/a",
    "https://0x7f.1/a",
    "https://0x7f000001/a",
    "https://0177.0.0.01/a",
    "https://1.2.3.0x4/a",
    "https://0x7f.0.0.0x/a",
    "https://169.254.169.254/latest",
    "https://[::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[fe80::1%25eth0]/a",
    "https://１２７.0.0.1/a",
    "https://127。0。0。1/a",
    "https://①②⑦.0.0.1/a",
    "https://ｌｏｃａｌｈｏｓｔ/a",
    "https://127%2e0%2e0%2e1/a",
    "https://localhost/a",
    "https://LOCALHOST./a",
    "https://x.localhost/a",
    "https://localhost.localdomain/a",
    "https://printer.local/a",
    "https://metadata.google.internal/a",
    "https://metadata.google.internal./a",
    "https://intranet/a",
    "https://mfile.z.ai../a",
    "https://a..b.com/a",
    "https://.com/a",
    "https://mfile.z.ai@127.0.0.1/a",
    "https://user:word@mfile.z.ai/a",
    "https://evil\\@mfile.z.ai/a",
    "https://127.0.0.1\\.example.com/a",
    "https://mfile.z.ai:0/a",
    "https://mfile.z.ai:99999/a",
    "https://mfile.z.ai:x/a",
    "https://mfile.z.ai\n/a",
    "https://mfile.z.ai /a",
    "https://" + "a" * 64 + ".com/",
    "https://" + "a." * 127 + "com/",
    "https://mfile.z.ai/\ud83d",
    "https://mfile.z.ai/" + "a" * 70_000,
]


@pytest.mark.parametrize("link", SAFE)
def test_a_public_https_name_is_safe(link: str) -> None:
    assert check_link(link).scheme == "https"


@pytest.mark.parametrize("link", UNSAFE)
def test_everything_else_is_not(link: str) -> None:
    with pytest.raises(DownloadError) as caught:
        check_link(link)
    assert caught.value.kind is DownloadKind.UNSAFE_LINK


def test_a_relative_redirect_stays_on_its_host() -> None:
    assert check_link("/b?x=1", base=check_link("https://mfile.z.ai/a")).host == "mfile.z.ai"


@given(st.text(max_size=60))
def test_no_text_breaks_the_judgement(text: str) -> None:
    try:
        url = check_link(f"https://{text}")
    except DownloadError:
        return
    assert is_public_name(url.raw_host.decode("ascii"))
    assert not url.userinfo
