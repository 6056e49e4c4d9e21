/** The newest orders, as they are now. What comes in is only ever textContent. */

const SHOWN = 100;

/** @type {typeof import("../../../channels_realtime/static/channels_realtime/client.js")} */
const { connect } = await import(document.getElementById("realtime-client").href);

const orders = new Map(); // by id

/** Take in an order, unless it is known to be further on already. */
function take(order) {
  const known = orders.get(order.id);
  if (!known || order.state >= known.state) orders.set(order.id, order);
}

function draw() {
  const newest = [...orders.values()].sort((one, other) => other.id - one.id).slice(0, SHOWN);
  const rows = newest.flatMap(({ number, label }) => [element("dt", number), element("dd", label)]);
  document.getElementById("orders").replaceChildren(...rows);
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

const socket = connect(
  "../ws/orders/",
  {
    // The first frame after each connection. The answer contains the missed changes.
    resume: () => '{"type":"orders.list"}',
    message(text) {
      const message = JSON.parse(text);
      if (message.type === "orders.changed") take(message);
      if (message.type === "orders.listed") {
        message.orders.forEach(take);
        socket.resumed();
      }
      draw();
    },
    state(name) {
      document.getElementById("connection").textContent = name;
    },
  },
  { heartbeat: true },
);
