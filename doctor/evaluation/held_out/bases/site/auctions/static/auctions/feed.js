const scheme = location.protocol === "https:" ? "wss:" : "ws:";
const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`);

feed.addEventListener("message", (message) => {
  const data = JSON.parse(message.data);
  if (data.event !== "lot") return;
  const item = document.createElement("li");
  item.textContent = data.title;
  document.querySelector("#lots").append(item);
});
