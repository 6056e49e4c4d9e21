const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
const ticket = document.querySelector("#desk").dataset.ticket;
const replies = document.querySelector("#replies");
let delay = 500;
let socket;

function open() {
  socket = new WebSocket(`${scheme}//${window.location.host}/ws/tickets/${ticket}/`, "desk.v1");
  socket.addEventListener("message", (event) => show(JSON.parse(event.data)));
  socket.addEventListener("open", () => {
    delay = 500;
  });
  socket.addEventListener("close", (event) => {
    if (event.code === 4403) return;
    setTimeout(open, delay * (0.5 + Math.random()));
    delay = Math.min(delay * 2, 30000);
  });
}

function show(message) {
  for (const reply of message.replies ?? (message.text ? [message] : [])) {
    const item = document.createElement("li");
    item.textContent = reply.text;
    replies.append(item);
  }
}

document.querySelector("#reply").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.send(JSON.stringify({ text: event.target.elements.text.value }));
  event.target.reset();
});

open();
