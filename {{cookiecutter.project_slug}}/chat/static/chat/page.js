/** The three demonstrations. What comes in was written by anyone: it is only ever textContent. */

const $ = (id) => document.getElementById(id);

/** @type {typeof import("../../../realtime/static/realtime/client.js")} */
const { connect } = await import($("realtime-client").href);

const LONGEST_LOG = 200; // entries

/** Append an entry to a log, and keep its end in view if it was. */
function append(log, className, when, name, text) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
  const entry = document.createElement("p");
  const time = element("time", when.toTimeString().slice(0, 8));
  time.dateTime = when.toISOString();
  entry.className = className;
  entry.append(time, " ", element("b", name), " ", element("span", text));
  log.append(entry);
  if (log.childElementCount > LONGEST_LOG) log.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
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

/** Open a socket and log what happens on it. Returns a function that sends, or says it cannot. */
function follow(path, name, log, receive = () => {}) {
  const socket = connect(path, {
    message(text) {
      note(log, "in", text);
      receive(text);
    },
    state(state, { code, reason, wait }) {
      $(`${name}-state`).textContent = $(`${name}-state`).dataset.state = state;
      if (state === "connecting") note(log, "out", `GET ${path}\nUpgrade: websocket`);
      if (state === "open") {
        note(log, "in", "101 Switching Protocols");
        $(`${name}-send`).disabled = false;
      }
      if (state === "closed") note(log, "in", `close ${code} ${reason}`.trim());
      if (state === "reconnecting") {
        note(log, "note", `lost (${code}); next try in ${(wait / 1000).toFixed(1)} s`);
      }
      if (code === 4401) signedOut();
    },
  });
  return (text) => {
    try {
      socket.send(text);
    } catch (error) {
      note(log, "note", `not sent: ${error.message}`);
      return false;
    }
    note(log, "out", text);
    return true;
  };
}

/** Send a form's one field; the text stays there while it cannot be sent. */
function sendFrom(form, send) {
  const [field] = form.elements;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (send(field.value)) field.value = "";
  });
}

$("hello-form").addEventListener("submit", (event) => {
  event.preventDefault();
  request($("hello-log"), event.target.action);
});

sendFrom($("echo-form"), follow("/ws/echo/", "echo", $("echo-log")));

if ($("chat-form")) {
  const wire = $("chat-wire");
  const talk = $("chat-log");
  const say = follow(wire.dataset.path, "chat", wire, (text) => {
    const frame = JSON.parse(text);
    if (frame.type === "chat.message") {
      append(talk, "said", new Date(frame.at), frame.user, frame.text);
    } else if (frame.type === "error") {
      append(talk, "error", new Date(), "error", `${frame.detail} (${frame.code})`);
    }
  });
  sendFrom($("chat-form"), (text) => {
    const sent = say(JSON.stringify({ type: "chat.say", text }));
    if (!sent) append(talk, "error", new Date(), "error", "Not sent: the room is not connected.");
    return sent;
  });

  follow("/ws/notifications/", "notice", $("notice-log"));
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
