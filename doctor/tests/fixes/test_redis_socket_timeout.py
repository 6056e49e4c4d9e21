"""Every host of the core Redis layer gets a timeout."""

import re

import pytest
from channels_redis.core import RedisChannelLayer
from hypothesis import given
from hypothesis import strategies as st
from support.fixes import (
    FORMS,
    NOWHERE,
    STEADY,
    fixed,
    forms,
    hosts_file,
    hosts_of,
    line_of,
    noise,
    skipped,
    spaces,
)

from channels_doctor.fixes.fix_file import fix_file

ENTRIES = {
    '"redis://a:1"': "redis://a:1",
    "'redis://a:2'": "redis://a:2",
    'f"redis://{1}:3"': "redis://1:3",
    'env("REDIS_URL")': "redis://env",
    "URL": "redis://name",
    '("h", 6379)': "redis://h:6379",
    '("h", 6379,)': "redis://h:6379",
    '{"address": "redis://d", "db": 1}': "redis://d",
    "{'address': 'redis://d',}": "redis://d",
    '{\n  "address": "redis://d",  # which\n  "db": 2  # two\n  # three\n}': "redis://d",
}


@st.composite
def hosts_lists(draw):
    entries = draw(st.lists(st.sampled_from(sorted(ENTRIES)), min_size=1, max_size=3))
    parts = [f"{entry}{draw(spaces)},{draw(spaces)}" for entry in entries]
    return entries, hosts_file(f"[{draw(spaces)}{''.join(parts)}]")


@pytest.mark.slow
@STEADY
@given(hosts_lists(), noise, noise, forms)
def test_every_host_gets_the_timeout_and_nothing_else_changes(made, above, below, form):
    entries, statement = made
    before = FORMS[form](above + statement + below)
    line = line_of(before, b"CHANNEL_LAYERS")
    after = fixed("redis-socket-timeout", before, line)
    layer = RedisChannelLayer(hosts=hosts_of(after))
    assert [host["address"] for host in layer.hosts] == [ENTRIES[entry] for entry in entries]
    pools = [layer.create_pool(index) for index in range(len(entries))]
    assert [pool.connection_kwargs["socket_timeout"] for pool in pools] == [None] * len(entries)
    assert without_timeouts(after) == without_timeouts(before)
    again = fix_file(NOWHERE, "settings.py", after, [("redis-socket-timeout", line)])
    assert (again.after, again.rules) == (after, [])


def without_timeouts(data):
    """Return a file without the additions of the fix."""
    data = re.sub(rb"(,[ \t]*)?(\s*)(['\"])socket_timeout\3: None", b"", data)
    for entry in ENTRIES:
        for quote in "'\"":
            data = data.replace(f"{{{quote}address{quote}: {entry}}}".encode(), entry.encode())
    data = data.replace(b'{"address": "redis://h:6379"}', b'("h", 6379)')
    data = data.replace(b"6379,)", b"6379)")
    return re.sub(
        rb"[\s,]+", b" ", re.sub(rb"\{'address': 'redis://d'[\s,]*\}", b"'redis://d'", data)
    )


def test_a_timeout_gets_its_own_line_if_the_other_items_have_one():
    layout = '[\n  {\n    "address": "redis://a",\n    "db": 1%s  # one\n%s  },\n]'
    after = fixed("redis-socket-timeout", hosts_file(layout % (",", "")))
    assert after == hosts_file(layout % (",", '    "socket_timeout": None,\n'))
    after = fixed("redis-socket-timeout", hosts_file(layout % ("", "")))
    assert after == hosts_file(layout % (",", '    "socket_timeout": None\n'))


@pytest.mark.parametrize(
    "host",
    ['("h", PORT)', '(env("HOST"), 6379)', '("::1", 6379)', '["h", "6379"]'],
)
def test_a_host_and_port_without_a_valid_url_stay_separate_options(host):
    code = "PORT = 6379\n" + hosts_file(f"[{host}]")
    (entry,) = RedisChannelLayer(hosts=hosts_of(fixed("redis-socket-timeout", code, 2))).hosts
    (old,) = RedisChannelLayer(hosts=hosts_of(code)).hosts
    assert entry == {**old, "socket_timeout": None}


@pytest.mark.parametrize(
    "hosts",
    [
        "env('X')", "HOSTS", "[]", "[x for x in y]", "[a] + [b]", "[*HOSTS]", "[HOST]", "[b'x']",
        '("127.0.0.1", 6379)', '[("h", 1, 2)]', '[("h",  # host\n 6379)]',
        '[{**X}]', '[dict(address="x")]', '[{"address": "x", "socket_timeout": 3}]',
        '["redis://x?socket_timeout=3"]', '[os.environ.get("X", ("h", 1))]',
        '[config("X", cast=tuple)]',
    ],
)  # fmt: skip
def test_hosts_with_unknown_values_are_not_fixed(hosts):
    assert skipped("redis-socket-timeout", hosts_file(hosts)).endswith(".")


def test_only_the_core_layer_gets_the_timeout():
    assert skipped(
        "redis-socket-timeout", hosts_file('["x"]', "channels_redis.pubsub.RedisPubSubChannelLayer")
    )
    both = (
        hosts_file('["x"]')[:-2]
        + ', "b": {"BACKEND": "channels_redis.pubsub.X", "CONFIG": {"hosts": ["y"]}}}\n'
    )
    assert fixed("redis-socket-timeout", both) == both.replace(
        '["x"]', '[{"address": "x", "socket_timeout": None}]'
    )
