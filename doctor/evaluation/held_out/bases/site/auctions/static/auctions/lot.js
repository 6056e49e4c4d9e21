const lotId = JSON.parse(document.querySelector("#lot-id").textContent);
const scheme = location.protocol === "https:" ? "wss:" : "ws:";
let socket;

function open() {
  socket = new WebSocket(`${scheme}//${location.host}/ws/lots/${lotId}/`);
  socket.onmessage = (message) => show(JSON.parse(message.data));
  socket.onclose = (event) => {
    // 4000 and above are our own: the lot is closed, or we may not see it.
    if (event.code < 4000) setTimeout(open, 2000);
  };
}

function show(data) {
  if (data.event === "state") document.querySelector("#best").textContent = data.best ?? "";
  if (data.event === "bid") document.querySelector("#best").textContent = data.amount;
  if (data.event === "closed") document.querySelector("#best").textContent += " (closed)";
  if (data.event === "error") document.querySelector("#error").textContent = data.detail;
}

document.querySelector("#bid").addEventListener("submit", (event) => {
  event.preventDefault();
  const amount = event.target.elements.amount.value;
  socket.send(JSON.stringify({ action: "bid", amount }));
});

open();
