// What the server told so far: the whole state at first, then only what changed of it.

export class Known {
  constructor() {
    this.fields = {};
    this.bodies = {};
  }

  /** The whole state again. `news`: fields that changed, messages by key, and their order. */
  take({ messages, ...fields }) {
    this.fields = { ...this.fields, ...fields };
    const bodies = { ...this.bodies, ...messages };
    const order = Object.entries(this.fields.order);
    this.bodies = Object.fromEntries(order.flatMap(([, keys]) => keys.map((key) => [key, bodies[key]])));
    const shown = order.map(([place, keys]) => [place, keys.map((key) => bodies[key])]);
    return { ...this.fields, messages: Object.fromEntries(shown) };
  }
}
