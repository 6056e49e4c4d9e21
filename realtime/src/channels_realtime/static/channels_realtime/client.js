/**
 * A WebSocket that comes back when it is lost, asks for what it missed, and keeps what could not
 * be sent meanwhile.
 */

/** @typedef {"connecting" | "open" | "reconnecting" | "closed"} State */

/**
 * What belongs to a state. When open: how many missed messages come now. After a loss: the close
 * code and reason (1006 means that the connection broke without one), and the milliseconds until
 * the next try.
 * @typedef {{ resumed?: number, code?: number, reason?: string, wait?: number }} Detail
 */

/**
 * `resume` returns the first frame after each opening, which asks for what was missed. With it the
 * socket counts as open when the page has called `resumed()`, because the server has answered;
 * frames that come before the answer are in the answer as well.
 * @typedef {object} Handlers
 * @property {(text: string) => void} message
 * @property {(state: State, detail: Detail) => void} state
 * @property {() => string} [resume]
 */

const FIRST_WAIT = 500; // milliseconds, as all times here
const LONGEST_WAIT = 30_000;
const LATER_WAIT = 5_000; // the least, when the server asks for patience
const STABLE = 5_000; // open for so long, a socket counts as working
const QUIET = 25_000; // less than the 30 or 60 seconds after which proxies end a quiet connection
const PATIENCE = 10_000; // for a connection to be ready, and for a ping to be answered
const QUEUE_LENGTH = 16; // the server allows bursts of 20 frames, and resume is one of them

const RESTART = 1012;
const LATER = [1013, 4429]; // overloaded, too many frames or sockets
const FINAL = [4401, 4403]; // not signed in, not permitted: trying again would not help

const PING = '{"type":"ping"}'; // a page cannot send the pings of the WebSocket protocol
const PONG = /^\{"type": ?"pong"\}$/;

class Connection {
  #url;
  #handlers;
  #heartbeat;
  /** @type {WebSocket} */
  // @ts-expect-error: the constructor sets it by calling #open().
  #socket;
  /** @type {State} */
  #state = "connecting";
  /** @type {string[]} */
  #queue = [];
  #opened = Infinity; // when the socket opened
  #failures = 0; // since a socket last worked
  #loss = { code: 0, reason: "" }; // how the last socket ended
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer; // for the one thing that each state waits for

  /** @param {string} path @param {Handlers} handlers @param {boolean} heartbeat */
  constructor(path, handlers, heartbeat) {
    this.#url = new URL(path, location.href);
    this.#url.protocol = this.#url.protocol === "https:" ? "wss:" : "ws:";
    this.#handlers = handlers;
    this.#heartbeat = heartbeat;
    addEventListener("online", this.#hurry);
    this.#open();
  }

  /**
   * Send one text frame now, or keep it until the socket is open; return whether it went out now.
   * Throws when the socket is closed for good or too many wait already: a text that will never be
   * sent must stay with its writer. What goes into a connection that is just breaking is lost.
   * @param {string} text
   */
  send(text) {
    if (this.#state === "closed") throw new Error("the connection has ended");
    const now = this.#state === "open" && this.#isUsable();
    if (now) this.#socket.send(text);
    else if (this.#queue.length < QUEUE_LENGTH) this.#queue.push(text);
    else throw new Error(`${QUEUE_LENGTH} texts are waiting for the connection already`);
    return now;
  }

  /**
   * Say that the server has answered the resume, and how many missed messages it sends.
   * @param {number} [count]
   */
  resumed(count = 0) {
    if (this.#state !== "connecting" || !this.#isUsable()) return;
    for (const text of this.#queue.splice(0)) this.#socket.send(text);
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
    this.#socket = new WebSocket(this.#url);
    this.#socket.onopen = () => this.#begin();
    this.#socket.onmessage = (event) => this.#receive(event.data);
    // An error is always followed by a close, which says as much as a browser tells.
    this.#socket.onclose = ({ code, reason }) => this.#lose(code, reason);
    this.#plan(PATIENCE, () => this.#abandon());
    this.#enter("connecting", {});
  }

  #begin() {
    this.#opened = Date.now();
    if (this.#handlers.resume) this.#socket.send(this.#handlers.resume());
    else this.resumed();
  }

  /** @param {string} text */
  #receive(text) {
    if (this.#state === "open") this.#listen();
    if (!this.#heartbeat || !PONG.test(text)) this.#handlers.message(text);
  }

  /** Wait for the next frame; ask the server for one when there is none for long. */
  #listen() {
    clearTimeout(this.#timer);
    if (this.#heartbeat) this.#plan(QUIET, () => this.#ping());
  }

  #ping() {
    this.#socket.send(PING);
    this.#plan(PATIENCE, () => this.#abandon());
  }

  /** Give up a connection on which nothing comes; the end of it would not come either. */
  #abandon() {
    this.#leave();
    this.#lose(1006, "no answer");
  }

  /** Close the socket and hear no more of it. */
  #leave() {
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

  /** A random wait: all clients of a restarted server must not return at once. */
  #chooseWait() {
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    if (!LATER.includes(this.#loss.code)) return Math.random() * longest;
    return LATER_WAIT + Math.random() * Math.max(LATER_WAIT, longest);
  }

  /** Come back early because the network has, unless the server has asked for patience. */
  #hurry = () => {
    if (this.#state !== "reconnecting" || LATER.includes(this.#loss.code)) return;
    this.#failures = 0;
    this.#retry();
  };

  /** @param {Detail} detail */
  #end(detail) {
    clearTimeout(this.#timer);
    removeEventListener("online", this.#hurry);
    this.#enter("closed", detail);
  }

  /** A socket whose end has begun takes frames without a word, and drops them. */
  #isUsable() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Do something after a time, instead of what was planned before. */
  #plan(/** @type {number} */ time, /** @type {() => void} */ action) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, time);
  }

  #enter(/** @type {State} */ state, /** @type {Detail} */ detail) {
    this.#state = state;
    this.#handlers.state(state, detail);
  }
}

/**
 * Connect to a path of this site, for instance "/ws/echo/", until close() is called. The heartbeat
 * finds connections that broke without a word; it needs a consumer that answers pings.
 * @param {string} path
 * @param {Handlers} handlers
 * @param {{ heartbeat?: boolean }} [options]
 */
export function connect(path, handlers, { heartbeat = false } = {}) {
  return new Connection(path, handlers, heartbeat);
}
