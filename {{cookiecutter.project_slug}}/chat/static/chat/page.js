/** The live parts of the page. Received text is untrusted: set it as textContent only. */

const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];

// The phases: tabs with this script, sections without it.

const tabs = all("#phases a");
const panelOf = (tab) => $(tab.hash.slice(1));
let shown = document.querySelector("section.first");

/** Show the phase that contains the fragment of the URL, or keep the current one. */
function showTarget() {
  shown = $(location.hash.slice(1))?.closest("section") ?? shown;
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", panelOf(tab) === shown);
    tab.tabIndex = panelOf(tab) === shown ? 0 : -1;
    panelOf(tab).hidden = panelOf(tab) !== shown;
  }
  for (const log of all("section:not([hidden]) .log")) log.scrollTop = log.scrollHeight;
}

$("phases").setAttribute("role", "tablist");
for (const tab of tabs) {
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", panelOf(tab).id);
  panelOf(tab).setAttribute("role", "tabpanel");
  tab.addEventListener("click", (event) => {
    event.preventDefault(); // following the link would move the focus
    history.pushState(null, "", tab.hash);
    showTarget();
    tab.focus();
  });
}
$("phases").addEventListener("keydown", (event) => {
  const at = tabs.indexOf(event.target);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1, " ": at }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  tabs.at(next % tabs.length).click();
});
addEventListener("hashchange", showTarget);
showTarget();

function make(name, ...content) {
  const element = document.createElement(name);
  element.append(...content); // strings become text nodes, never HTML
  return element;
}

/** Return the local time of day, with the date unless it is today. */
function clock(when) {
  const today = when.toDateString() === new Date().toDateString();
  return `${today ? "" : `${when.toLocaleDateString()} `}${when.toTimeString().slice(0, 8)}`;
}

/** Add a frame to a log, with its kind or sender, and a text for people if there is one. */
function append(log, kind, frame, { name = kind, words = "", at = new Date() } = {}) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
  const parts = frame.split(/(?<=,)/).flatMap((part) => [part, make("wbr")]);
  const entry = make("p", make("time", clock(new Date(at))), " ", make("b", name), " ");
  if (words) entry.append(make("span", words), " ");
  entry.append(make("code", ...parts));
  entry.className = kind;
  log.append(entry);
  if (log.childElementCount > 600) log.firstElementChild.remove(); // a resume sends up to 500
  if (atEnd) log.scrollTop = log.scrollHeight;
}

/** Send a form over HTTP, and log the request and the response. */
async function request(log, form) {
  const [method, path, body] = [form.method, form.action, new URLSearchParams(new FormData(form))];
  // Send the token as a header, so that the log shows the fields only.
  const headers = { "X-CSRFToken": body.get("csrfmiddlewaretoken") };
  body.delete("csrfmiddlewaretoken");
  append(log, "out", `${method.toUpperCase()} ${new URL(path).pathname}\n${body}`.trim());
  try {
    const options = method === "post" ? { method, headers, body } : {};
    const response = await fetch(path, options);
    const html = response.headers.get("Content-Type")?.startsWith("text/html");
    const answer = html ? "(a page: are you still signed in?)" : await response.text();
    const kind = response.ok && !html ? "in" : "error";
    append(log, kind, `${response.status} ${response.statusText}\n${answer}`, { name: "in" });
    if (kind === "in") form.reset();
  } catch (error) {
    append(log, "error", `no answer: ${error.message}`);
  }
}

const { connect, makeId } = await import($("realtime-client").href);

/** The socket of a block. The library's sockets send typed messages, the others plain text. */
class Line {
  constructor(block) {
    const parts = [".log", ".state", "button"].map((each) => block.querySelector(each));
    Object.assign(this, block.dataset);
    [this.log, this.status, this.button] = parts;
    this.open();
  }

  open() {
    this.socket = connect(this.path, this, { heartbeat: "type" in this });
  }

  /** Send a text. With an id, the library's room gets it again until the server answers. */
  say(text) {
    const id = this.room && makeId();
    return this.send(this.type ? JSON.stringify({ type: this.type, text, id }) : text, id);
  }

  /** Send a frame now, or after reconnecting. Return whether this is possible. */
  send(frame, id) {
    try {
      const now = this.socket.send(frame, id);
      append(this.log, "out", now ? frame : `kept until the connection is back: ${frame}`);
      return true;
    } catch (error) {
      append(this.log, "error", `not sent: ${error.message}`);
    }
  }

  message(text) {
    const frame = "type" in this ? JSON.parse(text) : {};
    const kind = frame.type === "error" ? "error" : "in";
    append(this.log, kind, text, { name: "in", words: frame.detail });
    if (frame.type === "chat.notice") {
      const time = make("time", clock(new Date(frame.at)));
      const words = make("p", make("b", frame.from), ` sends you a notice: ${frame.text} `, time);
      words.className = "message";
      $("notices").replaceChildren(words);
    }
  }

  state(state, { code, reason, wait, resumed, unanswered = [] }) {
    const missed = resumed ? `, resumed ${resumed} message${resumed === 1 ? "" : "s"}` : "";
    const later = wait ? `reconnecting in ${Math.ceil(wait / 1000)} s` : state;
    this.status.dataset.state = state;
    this.status.textContent = state === "open" ? `connected${missed}` : later;
    this.button.disabled &&= state !== "open"; // later, frames wait for the connection
    if (state === "connecting") append(this.log, "out", `GET ${this.path}\nUpgrade: websocket`);
    if (state === "open" && !this.resume) append(this.log, "in", "101 Switching Protocols");
    if (code) append(this.log, "error", `closed with ${code} ${reason}`.trim(), { name: "in" });
    for (const each of unanswered) append(this.log, "error", `not confirmed: ${each}`);
    if (code === 4401) $("signed-out").hidden = false;
  }
}

/** A room: first the messages since the page was rendered, then live ones. */
class Room extends Line {
  #live = false; // the answer to a resume repeats the messages before it

  resume() {
    this.#live = false;
    const after = Number(this.after); // the last message on the page
    const frame = JSON.stringify({ type: "chat.resume", room: this.room, after });
    append(this.log, "in", "101 Switching Protocols");
    append(this.log, "out", frame);
    return frame;
  }

  message(text) {
    const { type, seq, user, text: words, at, count, history } = JSON.parse(text);
    if (type === "chat.message" && this.#live) {
      this.after = seq;
      people?.stopTyping(user);
      return append(this.log, "said", text, { name: user, words, at });
    }
    super.message(text);
    if (type === "chat.gap") {
      const link = make("a", "You have missed many messages. They are in the history.");
      link.href = history; // created by the server
      this.log.append(make("p", link));
    }
    if (type === "chat.resumed" || type === "chat.gap") {
      this.#live = true;
      this.socket.resumed(count);
    }
  }
}

/** Who is in the room of the library, and who is typing. Screen readers announce the changes. */
class People {
  #members = new Map(); // by primary key
  #typing = new Map(); // for each name the timer that ends it
  #lastTyping = 0; // when the socket last sent that this user is typing
  #event = ""; // who joined or left last

  constructor(block, input) {
    this.path = block.dataset.path;
    [this.names, this.status] = block.querySelectorAll(".names, .status");
    input.addEventListener("input", () => this.#sendTyping());
    this.open();
  }

  open() {
    this.socket = connect(this.path, this, { heartbeat: true });
  }

  state(state) {
    if (state !== "open") this.#members.clear();
    this.#show();
  }

  message(text) {
    const { type, members = [], joins = members, leaves = [], name } = JSON.parse(text);
    if (type === "chat.is_typing") {
      clearTimeout(this.#typing.get(name));
      this.#typing.set(name, setTimeout(() => this.stopTyping(name), 5000));
    }
    if (type === "presence.state") this.#members.clear();
    const came = joins.filter(({ user }) => !this.#members.has(user)).map(({ meta }) => meta.name);
    const left = leaves.map((user) => this.#members.get(user)?.meta.name);
    for (const each of joins) this.#members.set(each.user, each);
    for (const user of leaves) this.#members.delete(user);
    if (came.length && type === "presence.diff") this.#event = `${came.join(", ")} joined.`;
    if (left.length) this.#event = `${left.join(", ")} left.`;
    this.#show();
  }

  /** Tell the others, at most every three seconds, that this user is typing. */
  #sendTyping() {
    if (Date.now() < this.#lastTyping + 3000 || !this.#members.size) return;
    this.#lastTyping = Date.now();
    this.socket.send('{"type":"chat.typing"}');
  }

  stopTyping(name) {
    clearTimeout(this.#typing.get(name));
    if (this.#typing.delete(name)) this.#show();
  }

  #show() {
    const label = ({ meta, sockets }) => meta.name + (sockets > 1 ? ` (${sockets} tabs)` : "");
    this.names.textContent = [...this.#members.values()].map(label).sort().join(", ") || "…";
    const typing = [...this.#typing.keys()].map((name) => `${name} is typing…`).join(" ");
    this.status.textContent = typing || this.#event;
  }
}

// Add the missing parts to each block: a form, a log and the state of its socket.

const lines = {};
let people;
for (const block of all(".live")) {
  const { path, room } = block.dataset;
  const [own, before] = [block.querySelector("form"), block.querySelector(".log")];
  const parts = $("parts").content.cloneNode(true);
  parts.querySelector("code").textContent = path ?? own.getAttribute("action");
  if (before) parts.querySelector(".log").replaceWith(before);
  if (own) parts.querySelector("form").remove();
  block.append(parts);
  const [form, log] = [block.querySelector("form"), block.querySelector(".log")];
  log.setAttribute("aria-label", `Frames of ${path ?? own.getAttribute("action")}`);
  log.scrollTop = log.scrollHeight;
  if (path) lines[block.id] = new (room ? Room : Line)(block);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements[0].value;
    if (own) request(log, form);
    else if (lines[block.id].say(text)) form.reset();
  });
}
if ($("people")) people = new People($("people"), document.querySelector("#chat input"));
for (const time of all(".log time[datetime]")) time.textContent = clock(new Date(time.dateTime));

for (const button of all("[data-send]")) {
  button.addEventListener("click", () => {
    for (const name of button.dataset.to.split(" ")) lines[name].send(button.dataset.send);
  });
}
$("switch").addEventListener("click", ({ target }) => {
  const ends = target.textContent === "Disconnect both";
  for (const line of [lines.room, lines.chat, people]) ends ? line?.socket.close() : line?.open();
  target.textContent = ends ? "Connect both again" : "Disconnect both";
});
