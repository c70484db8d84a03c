// The top bar: who you are, the way of delivery, the weather, and the bot's life.
import { el, keep } from "./dom.js";
import { describePerson } from "./names.js";

const byId = (id) => document.getElementById(id);

/** `on`: person(id), act(act). */
export function wireControls(on) {
  byId("person").addEventListener("change", (event) => on.person(event.target.value));
  byId("way").addEventListener("change", (event) => on.act({ do: "bot", what: "start", way: event.target.value }));
  for (const whose of ["glm", "slack"]) {
    byId(`weather-${whose}`).addEventListener("change", (event) => on.act({ do: "weather", [whose]: event.target.value }));
  }
  for (const what of ["kill", "stop", "start"]) {
    const way = () => (what === "start" ? { way: byId("way").value } : {});
    byId(`bot-${what}`).addEventListener("click", () => on.act({ do: "bot", what, ...way() }));
  }
  const more = byId("more-controls");
  more.addEventListener("click", () => {
    const open = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", open);
    byId("controls").classList.toggle("open", open);
  });
}

export function showControls({ people, me, bot, weather }) {
  showMenu(byId("person"), people.map((one) => ({ id: one.id, label: describePerson(one) })), me);
  showMenu(byId("weather-glm"), weather.glm_choices, weather.glm);
  showMenu(byId("weather-slack"), weather.slack_choices, weather.slack);
  byId("way").value = bot.way;
  for (const whose of ["glm", "slack"]) {
    const fine = weather[`${whose}_choices`][0]?.id;
    byId(`weather-${whose}`).classList.toggle("rough", weather[whose] !== fine);
  }
  showBot(bot);
}

function showMenu(menu, choices, chosen) {
  const groups = [...new Set(choices.map(({ group }) => group ?? ""))];
  keep(menu, groups.flatMap((group) => {
    const options = choices.filter((one) => (one.group ?? "") === group);
    return group ? [headed(group, options)] : options.map(option);
  }));
  if (menu.value !== chosen) menu.value = chosen;
}

function option({ id, label }) {
  return { key: id, sig: label, build: () => el("option", { value: id, text: label }) };
}

function headed(group, choices) {
  const build = () => el("optgroup", { label: group }, choices.map((one) => option(one).build()));
  return { key: `group ${group}`, sig: JSON.stringify(choices), build };
}

function showBot(bot) {
  const state = bot.starting ? "starting" : bot.running ? "running" : "dead";
  const words = { starting: "Bot is starting…", running: "Bot is running", dead: "Bot is not running" }[state];
  const line = byId("bot-state");
  if (line.textContent !== words) line.textContent = words;
  line.dataset.state = byId("more-controls").dataset.state = state;
  const hadFocus = byId("bot-kill").parentElement.contains(document.activeElement);
  byId("bot-kill").hidden = byId("bot-stop").hidden = state === "dead";
  byId("bot-start").hidden = state !== "dead";
  const shown = byId(state === "dead" ? "bot-start" : "bot-kill");
  if (hadFocus && document.activeElement.hidden) shown.focus();
}
