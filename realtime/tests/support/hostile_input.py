"""Hypothesis strategies for what an attacker might send: frames and handshakes."""

import json

from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=5,
)
TYPES = ("ping", "pong", "error", "realtime.text", "websocket.disconnect", "__init__", "", "\0")
HOSTILE_TEXTS = (
    *("", " ", "\0", "\ufeff{}", "{", "[]", "null", "NaN", "-Infinity", '"type"', "1e999999"),
    *("[" * 60_000, '{"type":' * 8_000, '{"a":' * 10_000 + "1", "9" * 60_000, '"' + "\\" * 60_000),
    *('{"type":"ping","type":"ping"}', '{"type":["ping"]}', '{"type":{"$ne":1}}', '{"type":null}'),
    *('{"type":"ping"}' * 2, '{"type":"ping"}\0', '{"type":"ping","x":1}', '{"\\u0074ype":"ping"}'),
)


def frames(types, fields):
    """Return a strategy for text frames: variations of messages with these types and fields."""
    names = st.sampled_from([*TYPES, *types])
    texts = st.sampled_from(["\\ud800", "\\udfff\\ud800", "\\u0000", "\\x", "é𝄞", "x" * 9_000])
    message = st.fixed_dictionaries(
        {}, optional={"type": names | VALUES} | dict.fromkeys(fields, VALUES)
    )
    start, middle, end = map(st.just, ('{"type":"', '","text":"', '"}'))
    raw = st.tuples(start, names, middle, texts, end).map("".join)
    bodies = message.map(json.dumps) | raw
    return st.one_of(bodies, raw, st.text(max_size=50), st.sampled_from(HOSTILE_TEXTS))


def variants(text):
    """Return a frame and four damaged forms of it."""
    half = len(text) // 2
    return [text, text[:half], text[:half] + "\0" + text[half:], text + text[-9:], text.encode()]


ORIGINS = (
    *(b"http://[", b"http://[::1", b"http://localhost:99999999999", b"http://localhost:\xff"),
    *(
        b"\xff\xfe",
        b"",
        b"null",
        b"://",
        b"http://",
        b"http://localhost@evil",
        b"http://localhost/",
    ),
    *(b"http://*", b"http://.localhost", b"https://localhost", b"http://localhost\0"),
)
COOKIES = (
    *(b"sessionid=\0", b"sessionid=%00", b"sessionid=" + b"a" * 60_000, b"sessionid=\xff\xfe"),
    *(b"sessionid=\xc3\xa9", b"sessionid", b'sessionid="\\000"', b"=;" * 9_000, b'sessionid="'),
    *(b"sessionid=" + b"z" * 32, b"sessionid='; DROP TABLE", b"sessionid=../..", b";;==;"),
)
PATHS = (
    *(
        "/ws/echo/typed/",
        "/ws/echo/",
        "",
        "/",
        "//",
        "/ws/echo/typed/\n",
        "/ws/\0/",
        "/ws/../ws/echo/",
    ),
    *("/" + "x" * 60_000, "/ws/chat/\udcff/".encode("utf-8", "replace").decode(), "*", "/ws/%00/"),
)


def handshakes():
    """Return a strategy for scopes of handshakes; half of them have a trusted origin."""
    good = st.just((b"origin", b"http://localhost"))
    origin = good | st.tuples(st.just(b"origin"), st.sampled_from(ORIGINS) | st.binary(max_size=30))
    cookie = st.tuples(st.just(b"cookie"), st.sampled_from(COOKIES) | st.binary(max_size=30))
    token = st.sampled_from([b"", b"Bearer ", b"bearer \xff"]) | st.binary(max_size=30)
    other = st.tuples(st.binary(min_size=1, max_size=9), st.binary(max_size=30)) | st.tuples(
        st.just(b"authorization"), token
    )
    ticket = st.text(max_size=9) | st.just("x" * 43)
    return st.fixed_dictionaries(
        {
            "headers": st.builds(
                lambda origins, cookies, others: [*origins, *cookies, *others],
                st.lists(origin, max_size=2),
                st.lists(cookie, max_size=2),
                st.lists(other, max_size=2),
            ),
            "path": st.sampled_from(PATHS) | st.text(max_size=30).map("/{}".format),
            "query_string": st.binary(max_size=30),
            "subprotocols": st.lists(
                st.text(max_size=9) | ticket.map("realtime.ticket.{}".format), max_size=3
            ),
            "root_path": st.sampled_from(["", "/ws", "/evil", "\0"]),
        }
    )
