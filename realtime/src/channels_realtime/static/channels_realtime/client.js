/**
 * A WebSocket that reconnects, requests missed messages, and sends again what was not answered.
 */

// TypeScript's compiler makes client.d.ts of the comments: tests/contract/test_client_types.py.

/** @typedef {"connecting" | "open" | "reconnecting" | "closed"} State */

/**
 * Details of a state. When open: the number of missed messages. After a loss: the close code and
 * reason (1006 means that there was no close frame), and the milliseconds until the next attempt.
 * When closed: the texts that were not sent, or not answered.
 * @typedef {{ resumed?: number, code?: number, reason?: string, wait?: number,
 *   unanswered?: string[] }} Detail
 */

/**
 * `resume` returns the first frame after each connection, which requests missed messages. With it,
 * the socket is open when the page has called `resumed()`, because the server has answered. The
 * answer repeats the frames before it.
 * @typedef {object} Handlers
 * @property {(text: string) => void} message
 * @property {(state: State, detail: Detail) => void} state
 * @property {() => string} [resume]
 */

const FIRST_WAIT = 500; // milliseconds, like all times here
const LONGEST_WAIT = 30_000;
const LATER_WAIT = 5_000; // minimum, if the server is overloaded
const STABLE = 5_000; // a socket that was open for so long was stable
const QUIET = 25_000; // less than the 30 or 60 seconds after which proxies end a quiet connection
const PATIENCE = 10_000; // for a connection to be ready, and for a ping to be answered
const QUEUE_LENGTH = 16; // the server allows bursts of 20 frames, and resume is one of them

const RESTART = 1012;
const LATER = [1013, 4429]; // overloaded, too many frames or sockets
const FINAL = [4401, 4403]; // not logged in, no permission: another attempt would fail

const PING = '{"type":"ping"}'; // a page cannot send the pings of the WebSocket protocol
const PONG = /^\{"type": ?"pong"\}$/;
const ANSWER = /^\{"type": ?"(ack|error)"/; // to a text with an id

class Connection {
  #url;
  #handlers;
  #heartbeat;
  #ticket;
  /** @type {WebSocket} */
  // @ts-expect-error: #open() sets it, after the first ticket if there are tickets.
  #socket;
  /** @type {State} */
  #state = "connecting";
  /** @type {{ text: string, id?: string }[]} */
  #queue = []; // what was not sent, or has an id and was not answered
  #opened = Infinity; // when the socket opened
  #failures = 0; // since the last stable socket
  #loss = { code: 0, reason: "" }; // how the last socket ended
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer; // for the event that the state waits for

  /** @param {URL} url @param {Handlers} handlers @param {Options} options */
  constructor(url, handlers, { heartbeat = false, ticket }) {
    this.#url = url;
    this.#url.protocol = url.protocol.replace("http", "ws"); // and https to wss
    this.#handlers = handlers;
    this.#heartbeat = heartbeat;
    this.#ticket = ticket;
    addEventListener("online", this.#hurry);
    this.#open();
  }

  /**
   * Send a text frame now, or queue it until the socket is open. Return whether it was sent now.
   * Throws if the socket is closed for good or the queue is full.
   *
   * A text that is sent while the connection breaks is lost, unless it has an id. Then it is sent
   * again after each new connection, until the server answers with an ack or an error that repeats
   * the id. The text contains the id, and the server ignores repeats: see AcknowledgedMessage.
   * @param {string} text
   * @param {string} [id] from makeId()
   */
  send(text, id) {
    if (this.#state === "closed") throw new Error("the connection has ended");
    const now = this.#state === "open" && this.#isUsable();
    if (id || !now) this.#keep(text, id);
    if (now) this.#socket.send(text);
    return now;
  }

  /** @param {string} text @param {string} [id] */
  #keep(text, id) {
    if (this.#queue.length < QUEUE_LENGTH) this.#queue.push({ text, id });
    else throw new Error(`${QUEUE_LENGTH} texts are waiting already`);
  }

  /**
   * Report that the server has answered the resume, and the number of missed messages.
   * @param {number} [count]
   */
  resumed(count = 0) {
    if (this.#state !== "connecting" || !this.#isUsable()) return;
    for (const { text } of this.#queue) this.#socket.send(text);
    this.#queue = this.#queue.filter(({ id }) => id);
    this.#listen();
    this.#enter("open", { resumed: count });
  }

  /** Close the socket for good. */
  close() {
    this.#leave();
    this.#end({});
  }

  #open() {
    this.#opened = Infinity;
    this.#plan(PATIENCE, () => this.#abandon());
    if (this.#ticket) this.#openWithTicket(this.#ticket);
    else this.#openWith([]);
    this.#enter("connecting", {});
  }

  /** @param {() => Promise<string>} ask */
  async #openWithTicket(ask) {
    const attempt = this.#timer;
    const ended = () => this.#timer !== attempt || this.#state !== "connecting";
    try {
      const ticket = await ask();
      if (!ended()) this.#openWith([`realtime.ticket.${ticket}`]);
    } catch {
      if (!ended()) this.#lose(1006, "no ticket");
    }
  }

  /** @param {string[]} protocols */
  #openWith(protocols) {
    this.#socket = new WebSocket(this.#url, protocols);
    this.#socket.onopen = () => this.#begin();
    this.#socket.onmessage = (event) => this.#receive(event.data);
    // After an error, there is always a close event with the same information.
    this.#socket.onclose = ({ code, reason }) => this.#lose(code, reason);
  }

  #begin() {
    this.#opened = Date.now();
    if (this.#handlers.resume) this.#socket.send(this.#handlers.resume());
    else this.resumed();
  }

  /** @param {string} text */
  #receive(text) {
    if (this.#state === "open") this.#listen();
    if (this.#queue.length && ANSWER.test(text)) this.#forget(JSON.parse(text).id);
    if (!this.#heartbeat || !PONG.test(text)) this.#handlers.message(text);
  }

  /** @param {string} [answered] */
  #forget(answered) {
    this.#queue = this.#queue.filter(({ id }) => !id || id !== answered);
  }

  /** Wait for the next frame, and ping a server that is quiet. */
  #listen() {
    clearTimeout(this.#timer);
    if (this.#heartbeat) this.#plan(QUIET, () => this.#ping());
  }

  #ping() {
    this.#socket.send(PING);
    this.#plan(PATIENCE, () => this.#abandon());
  }

  /** Abandon a silent connection, which may never report its end. */
  #abandon() {
    this.#leave();
    this.#lose(1006, "no answer");
  }

  /** Close the socket, and ignore its events. */
  #leave() {
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  /** @param {number} code @param {string} reason */
  #lose(code, reason) {
    if (FINAL.includes(code)) return this.#end({ code, reason });
    const worked = Date.now() - this.#opened > STABLE;
    if (worked || code === RESTART) this.#failures = 0;
    this.#loss = { code, reason };
    this.#retry();
  }

  #retry() {
    const wait = this.#chooseWait();
    this.#plan(wait, () => this.#open());
    this.#enter("reconnecting", { ...this.#loss, wait });
  }

  /** A random wait, so that the clients of a restarted server do not reconnect all at once. */
  #chooseWait() {
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    if (!LATER.includes(this.#loss.code)) return Math.random() * longest;
    return LATER_WAIT + Math.random() * Math.max(LATER_WAIT, longest);
  }

  /** Reconnect early when the network is online again, unless the server was overloaded. */
  #hurry = () => {
    if (this.#state !== "reconnecting" || LATER.includes(this.#loss.code)) return;
    this.#failures = 0;
    this.#retry();
  };

  /** @param {Detail} detail */
  #end(detail) {
    clearTimeout(this.#timer);
    removeEventListener("online", this.#hurry);
    this.#enter("closed", { ...detail, unanswered: this.#queue.map(({ text }) => text) });
  }

  /** A closing socket silently drops frames. */
  #isUsable() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Run an action after a time, instead of the planned one. */
  #plan(/** @type {number} */ time, /** @type {() => void} */ action) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, time);
  }

  #enter(/** @type {State} */ state, /** @type {Detail} */ detail) {
    this.#state = state;
    this.#handlers.state(state, detail);
  }
}

/** Return a new id for a text: a UUID. crypto.randomUUID() does not exist without HTTPS. */
export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * `base` is the address to which the path belongs, by default that of the page: for example
 * "https://api.example.com". The heartbeat detects broken connections. It needs a consumer that
 * answers pings. `ticket` returns a new ticket for each connection; if it fails, the client tries
 * again later.
 * @typedef {{ base?: string | URL, heartbeat?: boolean, ticket?: () => Promise<string> }} Options
 */

/**
 * Connect to a path, such as "/ws/echo/", until close() is called.
 * @param {string} path
 * @param {Handlers} handlers
 * @param {Options} [options]
 */
export function connect(path, handlers, { base = location.href, ...options } = {}) {
  return new Connection(new URL(path, base), handlers, options);
}
