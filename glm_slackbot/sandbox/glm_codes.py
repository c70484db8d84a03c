"""The provider's documented refusals: HTTP status and words of each code.

Written down apart from the client's own table, so that the one can test the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ROWS: Final[tuple[tuple[int, str, str, str], ...]] = (
    (401, "1000 1001 1002 1003 1004 401", "token expired or incorrect", "令牌已过期或验证不正确"),
    (401, "1005", "two-factor authentication required", "请先完成双因素认证"),
    (400, "1110 1111 1112 1120 1121", "the account is not usable", "账户状态异常"),
    (429, "1113", "insufficient balance, please recharge", "余额不足或无可用资源包，请充值"),
    (500, "1200 1230 1234", "internal error, please retry", "网络错误，请稍后重试"),
    (400, "1210 1213 1214 1215", "invalid API parameter", "API 调用参数有误，请检查文档"),
    (400, "1211", "unknown model, please check the model code", "模型不存在，请检查模型代码"),
    (400, "1212 1221 1222", "the model does not support this API", "当前模型不支持该调用方式"),
    (403, "1220", "no permission to access this API", "您无权访问该接口"),
    (400, "1261", "prompt exceeds the maximum length", "Prompt 超长"),
    (400, "1300 1301", "unsafe or sensitive content detected", "检测到不安全或敏感内容"),
    (429, "1302 1303", "concurrency too high, please lower it", "您的并发数过高，请降低并发"),
    (429, "1305", "the model is overloaded, try again later", "该模型当前访问量过大，请稍后再试"),
    (
        429,
        "1304 1308 1309 1310 1311 1314 1315 1316 1317 1318 1319 1320 1321",
        "usage limit reached, it resets at 08:00",
        "已达到使用上限，将于 08:00 重置",
    ),
    (429, "1313", "fair-use policy violated", "违反公平使用政策"),
)

STATUS_OF_CODE: Final[Mapping[str, int]] = {
    code: status for status, codes, _, _ in _ROWS for code in codes.split()
}
_WORDS_OF_CODE: Final = {
    code: (english, chinese) for _, codes, english, chinese in _ROWS for code in codes.split()
}


def words_of_code(code: str, *, english: bool) -> str:
    """The provider's message for a code, in the language it answers in."""
    of_both = _WORDS_OF_CODE.get(code, ("something new happened", "发生了新的情况"))
    return of_both[0] if english else of_both[1]
