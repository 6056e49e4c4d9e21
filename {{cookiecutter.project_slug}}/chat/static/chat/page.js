/** The three demonstrations. What comes in was written by anyone: it is only ever textContent. */

const $ = (id) => document.getElementById(id);

/** @type {typeof import("../../../channels_realtime/static/channels_realtime/client.js")} */
const { connect } = await import($("realtime-client").href);

const LONGEST_LOG = 600; // entries: a resume brings up to 500

/** Append an entry to a log, and keep its end in view if it was. */
function append(log, className, when, name, ...content) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
  const entry = element("p");
  const time = element("time", clock(when));
  time.dateTime = when.toISOString();
  entry.className = className;
  // Strings become text nodes, whatever is in them.
  entry.append(time, " ", element("b", name), " ", element("span", ...content));
  log.append(entry);
  if (log.childElementCount > LONGEST_LOG) log.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

/** The time of day here, with the date unless it is today's. */
function clock(when) {
  const time = when.toTimeString().slice(0, 8);
  const today = when.toDateString() === new Date().toDateString();
  return today ? time : `${when.toLocaleDateString()} ${time}`;
}

/** Log what went "out" or came "in", or what happened to the connection ("note"). */
function note(log, direction, text) {
  append(log, direction, new Date(), direction, text);
}

/** Do an HTTP request and log it with its response. Returns whether the server agreed. */
async function request(log, url, { headers = {}, ...options } = {}) {
  const { method = "GET", body = "" } = options;
  const shown = Object.keys(headers).map((name) => `\n${name}: …`);
  note(log, "out", `${method} ${new URL(url).pathname}${shown.join("")}${body && `\n\n${body}`}`);
  try {
    const response = await fetch(url, { headers, redirect: "manual", ...options });
    if (response.type === "opaqueredirect") {
      note(log, "in", "302, to the sign-in page");
      signedOut();
      return false;
    }
    const type = response.headers.get("Content-Type") ?? "";
    const text = await response.text();
    // An error page of Django is long, and no part of the story.
    const answer = type.startsWith("text/html") ? `(${text.length} characters)` : text;
    const status = `${response.status} ${response.statusText}`;
    note(log, "in", `${status}\nContent-Type: ${type}\n\n${answer}`);
    return response.ok;
  } catch (error) {
    note(log, "note", `no answer: ${error.message}`);
    return false;
  }
}

function signedOut() {
  $("signed-out").hidden = false;
}

/** A socket's state in words. */
function describe(state, { resumed, wait }) {
  if (state === "reconnecting") return `reconnecting in ${Math.ceil(wait / 1000)} s`;
  if (state !== "open") return state;
  return resumed ? `connected, resumed ${resumed} message${resumed === 1 ? "" : "s"}` : "connected";
}

/** A socket that logs what goes over it, and tells its state in words. */
class Line {
  #kept = []; // what waits for the connection

  constructor(path, name, log, options) {
    this.path = path;
    this.name = name;
    this.log = log;
    this.socket = connect(path, this, options);
  }

  send(text) {
    const now = this.socket.send(text);
    if (now) note(this.log, "out", text);
    else this.#kept.push(text);
    return now;
  }

  message(text) {
    note(this.log, "in", text);
  }

  state(state, detail) {
    const status = $(`${this.name}-state`);
    status.dataset.state = state;
    status.textContent = describe(state, detail);
    if (state === "connecting") note(this.log, "out", `GET ${this.path}\nUpgrade: websocket`);
    if (state === "open") this.opened();
    if (detail.code) this.lost(state, detail);
  }

  opened() {
    if (!this.resume) this.upgraded();
    for (const text of this.#kept.splice(0)) note(this.log, "out", text);
    $(`${this.name}-send`).disabled = false;
  }

  upgraded() {
    note(this.log, "in", "101 Switching Protocols");
  }

  lost(state, { code, reason, wait }) {
    const why = `${code} ${reason}`.trim();
    if (state === "closed") note(this.log, "in", `close ${why}`);
    else note(this.log, "note", `lost (${why}); next try in ${(wait / 1000).toFixed(1)} s`);
    if (code === 4401) signedOut();
  }
}

/** A room: first what was said since the page was made, then what is said. */
class Room extends Line {
  #talk;
  #room;
  #after; // the number of the last message that stands here
  #live = false; // what comes before the answer to a resume is in the answer as well

  constructor(wire, talk) {
    super(wire.dataset.path, "chat", wire, { heartbeat: true });
    this.#talk = talk;
    this.#room = wire.dataset.room;
    this.#after = Number(wire.dataset.after);
  }

  say(text) {
    return this.send(JSON.stringify({ type: "chat.say", text }));
  }

  resume() {
    this.#live = false;
    const frame = JSON.stringify({ type: "chat.resume", room: this.#room, after: this.#after });
    this.upgraded();
    note(this.log, "out", frame);
    return frame;
  }

  message(text) {
    super.message(text);
    const frame = JSON.parse(text);
    if (frame.type === "chat.message" && this.#live) this.#said(frame);
    if (frame.type === "chat.resumed") this.#resumed(frame.count);
    if (frame.type === "chat.gap") this.#missed(frame.history);
    if (frame.type === "error") note(this.#talk, "error", `${frame.detail} (${frame.code})`);
  }

  #said({ seq, user, text, at }) {
    this.#after = seq;
    append(this.#talk, "said", new Date(at), user, text);
  }

  #resumed(count) {
    this.#live = true;
    this.socket.resumed(count);
  }

  #missed(history) {
    const link = element("a", "They are in the history.");
    link.href = history; // made by the server alone
    append(this.#talk, "note", new Date(), "note", "You have missed many messages. ", link);
    this.#resumed(0);
  }
}

/** Send a form's one field; the text stays there if nobody takes it. */
function sendFrom(form, log, send) {
  const [field] = form.elements;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    try {
      const text = field.value;
      if (!send(text)) note(log, "note", `kept until the connection is back: ${text}`);
      field.value = "";
    } catch (error) {
      note(log, "error", `not sent: ${error.message}`);
    }
  });
}

$("hello-form").addEventListener("submit", (event) => {
  event.preventDefault();
  request($("hello-log"), event.target.action);
});

const echo = new Line("/ws/echo/", "echo", $("echo-log"));
sendFrom($("echo-form"), $("echo-log"), (text) => echo.send(text));

if ($("chat-form")) {
  const talk = $("chat-log");
  for (const time of talk.querySelectorAll("time")) {
    time.textContent = clock(new Date(time.dateTime));
  }
  talk.scrollTop = talk.scrollHeight;
  const room = new Room($("chat-wire"), talk);
  sendFrom($("chat-form"), talk, (text) => room.say(text));

  new Line("/ws/notifications/", "notice", $("notice-log"), { heartbeat: true });
  $("notice-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = new URLSearchParams(new FormData(form));
    // As a header, so that the log has the two fields only; Django takes the token either way.
    const headers = { "X-CSRFToken": body.get("csrfmiddlewaretoken") };
    body.delete("csrfmiddlewaretoken");
    if (await request($("notice-log"), form.action, { method: "POST", headers, body })) {
      form.elements.text.value = "";
    }
  });
}
