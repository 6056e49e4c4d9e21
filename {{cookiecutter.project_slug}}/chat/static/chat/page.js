/** The three demonstrations. What comes in was written by anyone: it is only ever textContent. */

const $ = (id) => document.getElementById(id);

/** @type {typeof import("../../../realtime/static/realtime/client.js")} */
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

/** Show a socket's state, and log what led to it. */
function show(name, log, state, detail) {
  const { code, reason, wait } = detail;
  const status = $(`${name}-state`);
  status.dataset.state = state;
  status.textContent = describe(state, detail);
  if (state === "open") $(`${name}-send`).disabled = false;
  if (state === "closed") note(log, "in", `close ${code} ${reason}`.trim());
  if (state === "reconnecting") {
    const why = `${code} ${reason}`.trim();
    note(log, "note", `lost (${why}); next try in ${(wait / 1000).toFixed(1)} s`);
  }
  if (code === 4401) signedOut();
}

/** Open a socket that logs what goes over it; what it returns is used like the client's own. */
function follow(path, name, log, { receive = () => {}, resume } = {}, options) {
  const kept = [];
  const upgraded = () => note(log, "in", "101 Switching Protocols");
  const sent = (text) => note(log, "out", text);
  const socket = connect(path, {
    message(text) {
      note(log, "in", text);
      receive(text);
    },
    state(state, detail) {
      if (state === "connecting") sent(`GET ${path}\nUpgrade: websocket`);
      if (state === "open" && !resume) upgraded();
      if (state === "open") kept.splice(0).forEach(sent);
      show(name, log, state, detail);
    },
    resume: resume && (() => {
      const frame = resume();
      upgraded();
      sent(frame);
      return frame;
    }),
  }, options);
  const send = (text) => {
    const now = socket.send(text);
    if (now) sent(text);
    else kept.push(text);
    return now;
  };
  return { send, resumed: (count) => socket.resumed(count) };
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

/** Follow a room: first what was said since the page was made, then what is said. */
function join(wire, talk) {
  const { path, room } = wire.dataset;
  let after = Number(wire.dataset.after); // the number of the last message that stands here
  let live = false;
  const socket = follow(path, "chat", wire, { resume, receive }, { heartbeat: true });

  function resume() {
    live = false;
    return JSON.stringify({ type: "chat.resume", room, after });
  }

  function receive(text) {
    const frame = JSON.parse(text);
    if (frame.type === "chat.message" && live) say(frame);
    if (frame.type === "chat.resumed") begin(frame.count);
    if (frame.type === "chat.gap") skip(frame.history);
    if (frame.type === "error") note(talk, "error", `${frame.detail} (${frame.code})`);
  }

  function say({ seq, user, text, at }) {
    after = seq;
    append(talk, "said", new Date(at), user, text);
  }

  /** What came before is in the answer as well, so only from here on messages count. */
  function begin(count) {
    live = true;
    socket.resumed(count);
  }

  function skip(history) {
    const link = element("a", "They are in the history.");
    link.href = history; // made by the server alone
    append(talk, "note", new Date(), "note", "You have missed many messages. ", link);
    begin(0);
  }

  return (text) => socket.send(JSON.stringify({ type: "chat.say", text }));
}

$("hello-form").addEventListener("submit", (event) => {
  event.preventDefault();
  request($("hello-log"), event.target.action);
});

const echo = follow("/ws/echo/", "echo", $("echo-log"));
sendFrom($("echo-form"), $("echo-log"), echo.send);

if ($("chat-form")) {
  const talk = $("chat-log");
  for (const time of talk.querySelectorAll("time")) time.textContent = clock(new Date(time.dateTime));
  talk.scrollTop = talk.scrollHeight;
  sendFrom($("chat-form"), talk, join($("chat-wire"), talk));

  follow("/ws/notifications/", "notice", $("notice-log"), {}, { heartbeat: true });
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
