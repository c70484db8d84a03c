// Emoji by Slack's names: the usual ones. Others stay as they are written, as in Slack.

const NAMES = {
  warning: "⚠️", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", no_entry: "⛔", information_source: "ℹ️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", rotating_light: "🚨", bulb: "💡", key: "🔑", lock: "🔒", gear: "⚙️",
  art: "🎨", frame_with_picture: "🖼️", camera: "📷", sparkles: "✨", star: "⭐", tada: "🎉", rocket: "🚀", fire: "🔥",
  eyes: "👀", wave: "👋", pray: "🙏", "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", heart: "❤️",
  smile: "😄", slightly_smiling_face: "🙂", thinking_face: "🤔", robot_face: "🤖", fox_face: "🦊", bear: "🐻", owl: "🦉",
  moneybag: "💰", calendar: "📆", hammer_and_wrench: "🛠️", point_right: "👉", arrow_right: "➡️", repeat: "🔁", wastebasket: "🗑️",
};

/** The sign, or `:name:` where it has none here. */
export function emoji(name) {
  return Object.hasOwn(NAMES, name) ? NAMES[name] : `:${name}:`;
}
