/** A WebSocket that comes back when it is lost. */

/** @typedef {"connecting" | "open" | "reconnecting" | "closed"} State */

/**
 * Why the socket is in its state: the close code and reason after a close (1006 means that the
 * connection broke without one), and the milliseconds until the next try.
 * @typedef {{ code?: number, reason?: string, wait?: number }} Detail
 */

/**
 * @typedef {object} Handlers
 * @property {(text: string) => void} message
 * @property {(state: State, detail: Detail) => void} state
 */

const FIRST_WAIT = 500; // milliseconds
const LONGEST_WAIT = 30_000;
const STABLE = 5_000; // open for so long, a socket counts as working
const FINAL = [4401, 4403]; // not signed in, not permitted: trying again would not help

/**
 * Connect to a path of this site, for instance "/ws/echo/", until close() is called.
 * @param {string} path
 * @param {Handlers} handlers
 */
export function connect(path, handlers) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";

  /** @type {WebSocket} */
  let socket;
  let failures = 0;
  let ended = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function open() {
    let opened = Infinity;
    handlers.state("connecting", {});
    socket = new WebSocket(url);
    socket.onopen = () => {
      opened = Date.now();
      handlers.state("open", {});
    };
    socket.onmessage = (event) => handlers.message(event.data);
    // An error is always followed by a close, which says as much as a browser tells.
    socket.onclose = ({ code, reason }) => {
      if (ended || FINAL.includes(code)) return handlers.state("closed", { code, reason });
      failures = Date.now() - opened > STABLE ? 0 : failures + 1;
      // A random share of the wait: all clients of a restarted server must not return at once.
      const wait = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
      timer = setTimeout(open, wait);
      handlers.state("reconnecting", { code, reason, wait });
    };
  }

  open();
  return {
    /**
     * Send one text frame. Throws while the socket is not open: nothing is kept for later.
     * @param {string} text
     */
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) throw new Error("The socket is not open.");
      socket.send(text);
    },
    /** Close the socket for good. */
    close() {
      ended = true;
      clearTimeout(timer);
      if (socket.readyState === WebSocket.CLOSED) handlers.state("closed", {});
      else socket.close();
    },
  };
}
