// The line to the server: what it tells (events) and what people do (acts).

const AGAIN_MS = 1000;

/** Follows the state as `user()` sees it. `on`: state, traffic, connected (true or false). */
export class Stream {
  constructor(user, on) {
    this.user = user;
    this.on = on;
    this.source = null;
  }

  follow() {
    this.source?.close();
    const source = new EventSource(`/events?user=${encodeURIComponent(this.user())}`);
    source.addEventListener("open", () => this.on.connected(true));
    source.addEventListener("error", () => this.lost(source));
    source.addEventListener("state", (event) => this.on.state(JSON.parse(event.data)));
    source.addEventListener("traffic", (event) => this.on.traffic(JSON.parse(event.data)));
    this.source = source;
  }

  lost(source) {
    if (source !== this.source) return;
    this.on.connected(false);
    // A browser tries again by itself, except after an answer that was no stream at all.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => this.again(source), AGAIN_MS);
  }

  again(source) {
    if (source === this.source) this.follow();
  }
}

/** Does something for a person; gives the answer, or throws an Error with a sentence to show. */
export async function post(act) {
  const response = await answered(act);
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Error(`The sandbox answered ${response.status} without a reason.`);
  }
  if (!answer.ok) throw new Error(answer.error || `The sandbox answered ${response.status}.`);
  return answer;
}

async function answered(act) {
  try {
    return await fetch("/act", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sandbox-Page": "1" },
      body: JSON.stringify(act),
    });
  } catch {
    throw new Error("The sandbox cannot be reached. Is its command still running in the terminal?");
  }
}
