"""Single hosts of Redis layers are put into a list."""

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
)

from channels_doctor.fixes.fix_file import fix_file


@pytest.mark.parametrize(
    "form",
    [
        'CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = %s',
        'CHANNEL_LAYERS["default"] = dict(CONFIG=dict(hosts=%s))',
        'CHANNEL_LAYERS.update({"default": {"CONFIG": {"hosts": %s}}})',
    ],
)
def test_hosts_are_found_in_every_kind_of_assignment(form):
    base = 'CHANNEL_LAYERS = {"default": {"BACKEND": "x"}}\n'
    assert fixed("redis-hosts", base + form % '"redis://a"', 2) == base + form % '["redis://a"]'


@pytest.mark.slow
@STEADY
@given(
    st.sampled_from(['"redis://a"', "('redis://a')", 'env("X")', "URL", '"redis:"  \\\n "//a"']),
    noise,
    noise,
    forms,
)
def test_a_single_host_is_put_into_a_list(host, above, below, form):
    before = FORMS[form](above + hosts_file(host) + below)
    after = fixed("redis-hosts", before, line_of(before, b"CHANNEL_LAYERS"))
    plain = host.replace("\n", "\r\n") if form == "crlf" else host
    assert after == before.replace(f'"hosts": {plain}'.encode(), f'"hosts": [{plain}]'.encode())
    assert RedisChannelLayer(hosts=hosts_of(after)).hosts == [{"address": hosts_of(before)}]


@pytest.mark.parametrize("end", ["", "\n\f\n", "\n\t\n", "\n\f\n# end\n", "\n  # end", "\f\f"])
def test_text_after_the_last_statement_is_kept(end):
    assert fixed("redis-hosts", hosts_file('"x"') + end) == hosts_file('["x"]') + end


@pytest.mark.parametrize(
    "hosts", ["['x']", "a if b else c", '"redis://a,redis://b"', 'env.list("X")', 'x.split(",")']
)
def test_a_possible_list_of_hosts_is_not_fixed(hosts):
    assert skipped("redis-hosts", hosts_file(hosts)).endswith(".")


def test_both_fixes_of_redis_work_on_one_statement():
    answer = fix_file(
        NOWHERE,
        "s.py",
        hosts_file('"x"').encode(),
        [("redis-socket-timeout", 1), ("redis-hosts", 1)],
    )
    assert hosts_of(answer.after) == [{"address": "x", "socket_timeout": None}]
    assert answer.rules == ["redis-hosts", "redis-socket-timeout"]
