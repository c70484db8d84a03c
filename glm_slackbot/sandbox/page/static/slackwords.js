// What Slack itself says around messages and forms, in the language of whoever reads.

const WORDS = {
  en: {
    onlyYou: "Only visible to you",
    edited: "(edited)",
    optional: " (optional)",
    reply: "Reply in thread",
    replies: (count) => (count === 1 ? "1 reply" : `${count} replies`),
    fullSize: "opens in full size",
    choose: "Choose one",
    more: "More actions",
    closeWindow: "Close this window",
    cancel: "Cancel",
    privatePlace: "a private channel",
  },
  zh: {
    onlyYou: "仅对你可见",
    edited: "（已编辑）",
    optional: "（可选）",
    reply: "在消息列中回复",
    replies: (count) => `${count} 条回复`,
    fullSize: "打开原图",
    choose: "请选择",
    more: "更多操作",
    closeWindow: "关闭这个窗口",
    cancel: "取消",
    privatePlace: "私有频道",
  },
};

/** `locale` as Slack has it: zh-CN, en-US. */
export function slackWords(locale) {
  return locale?.startsWith("zh") ? WORDS.zh : WORDS.en;
}
