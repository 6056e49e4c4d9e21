/**
 * A WebSocket that reconnects, requests missed messages, and sends again what was not answered.
 */
export type State = "connecting" | "open" | "reconnecting" | "closed";
export type Detail = {
    resumed?: number;
    code?: number;
    reason?: string;
    wait?: number;
    unanswered?: string[];
};
export type Handlers = {
    message: (text: string) => void;
    state: (state: State, detail: Detail) => void;
    resume?: () => string;
};
declare class Connection {
    #private;
    /** @param {URL} url @param {Handlers} handlers @param {Options} options */
    constructor(url: URL, handlers: Handlers, { heartbeat, ticket }: Options);
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
    send(text: string, id?: string): boolean;
    /**
     * Report that the server has answered the resume, and the number of missed messages.
     * @param {number} [count]
     */
    resumed(count?: number): void;
    /** Close the socket for good. */
    close(): void;
}
/** Return a new id for a text: a UUID. crypto.randomUUID() does not exist without HTTPS. */
export declare function makeId(): string;
export type Options = {
    base?: string | URL;
    heartbeat?: boolean;
    ticket?: () => Promise<string>;
};
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
export declare function connect(path: string, handlers: Handlers, { base, ...options }?: Options): Connection;
export {};
