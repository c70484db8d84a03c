"""A locale that is not UTF-8, as cron may have: names of files and prompts stay what they are."""

from __future__ import annotations

import pytest
from imagining import Program
from shell import in_shell

from glm_slackbot.sandbox.glm_api import GLMStandIn

PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("rest", ["--json", ""])
async def test_a_chinese_prompt_works_in_a_plain_locale(
    imagine: Program, glm: GLMStandIn, rest: str
) -> None:
    imagine.road |= PLAIN
    (imagine.folder / "prompts.txt").write_text("一只狗\n", "utf-8")
    one = await in_shell(imagine, f"一只猫 --save 图 {rest}")
    batch = await in_shell(imagine, f"--from-file prompts.txt --save 图 {rest}")
    assert (one.code, batch.code, one.stderr, batch.stderr) == (0, 0, "", "")
    assert [bought.prompt for bought in glm.purchases] == ["一只猫", "一只狗"]
    assert {path.name for path in imagine.folder.glob("图/*.png")} == {"一只猫.png", "一只狗.png"}
    if rest:
        assert one.object["saved_file"] == "图/一只猫.png"
        assert batch.object["prompt"] == "一只狗"
