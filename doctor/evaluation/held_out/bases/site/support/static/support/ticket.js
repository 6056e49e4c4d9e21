const list = document.querySelector("#replies");
const url = new URL(`/ws/support/${list.dataset.ticket}/`, location.href);
url.protocol = url.protocol.replace("http", "ws");
const socket = new WebSocket(url);

socket.onmessage = ({ data }) => {
  const reply = JSON.parse(data);
  const item = document.createElement("li");
  item.textContent = `${reply.author}: ${reply.text}`;
  list.append(item);
};

document.querySelector("#reply").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.send(JSON.stringify({ text: event.target.elements.text.value }));
  event.target.reset();
});
