"""The printed fixes of a layer's settings work where they are printed."""

import pytest
from support.changed_project import findings, write
from support.printed_fix import apply_to
from support.sample_projects import RULES

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

CORE = '"BACKEND": "channels_redis.core.RedisChannelLayer",\n'


def with_layer(project, options, before=""):
    """Append the settings of a layer of Redis, and return their text."""
    text = f'{before}CHANNEL_LAYERS = {{"default": {{\n{CORE}{options}}}}}\n'
    with (project / "config/settings.py").open("a") as file:
        file.write(text)
    return text


@pytest.mark.parametrize(
    ("options", "fixed"),
    [
        (
            '"hosts": ["redis://r"],\n"CONFIG": {"capacity": 5},\n',
            '"CONFIG": {"hosts": ["redis://r"], "capacity": 5},\n',
        ),
        (
            '"CONFIG": {\n"capacity": 5,\n},\n"LOCATION": "redis://r",\n',
            '"CONFIG": {\n    "hosts": ["redis://r"],\n"capacity": 5,\n},\n',
        ),
        (
            '"capacity": 5,\n"CONFIG": {"hosts": ["redis://r"]},\n',
            '"CONFIG": {"capacity": 5, "hosts": ["redis://r"]},\n',
        ),
        ('"CONFIG": {"host": "r"},\n', '"CONFIG": {"hosts": [{"host": "r"}]},\n'),
        (
            '"CONFIG": {"host": "r", "port": 1},\n',
            '"CONFIG": {"hosts": [{"host": "r", "port": 1}]},\n',
        ),
        (
            '"CONFIG": {\n"host": "r",\n"expiry": 5,\n"port": 1,\n},\n',
            '"CONFIG": {\n"hosts": [{"host": "r", "port": 1}],\n"expiry": 5,\n},\n',
        ),
        (
            '"CONFIG": {"address": "redis://r", "db": 1},\n',
            '"CONFIG": {"hosts": [{"address": "redis://r", "db": 1}]},\n',
        ),
        (
            '"LOCATION": "redis://q",\n"CONFIG": {"hosts": ["redis://r"]},\n',
            '"CONFIG": {"hosts": ["redis://r"]},\n',
        ),
    ],
)
def test_the_fix_of_a_misplaced_option_puts_it_where_the_layer_reads_it(project, options, fixed):
    text = with_layer(project, options)
    (finding,) = findings(project, "layer-keys")
    apply_to(project, finding)
    assert (project / "config/settings.py").read_text().endswith(text.replace(options, fixed))
    assert findings(project, "layer-keys") == []


def test_no_fix_of_an_option_shows_a_password(project):
    with_layer(project, '"CONFIG": {"host": "r", "password": "secret"},\n')
    (finding,) = findings(project, "layer-keys")
    assert finding["fix"] == 'Write "hosts": [{…}].'


SOCKETS = {"redis-hosts", "redis-socket-timeout", "redis-address"}
REDIS_8 = {"versions": {"redis": "8.1.0", "channels-redis": "4.3.0"}}
COMPOSE = """\
services:
  web:
    build: .
    command: daphne -b 0.0.0.0 -p 8000 config.asgi:application
  redis:
    image: redis:8
"""


def of_the_layer(project):
    """Return what the rules for Redis find, in order."""
    found = find_reached_faults(
        Project(str(project), None, REDIS_8), [RULES[each] for each in SOCKETS]
    )
    return list(found)


@pytest.mark.parametrize(
    ("host", "first", "fixed"),
    [
        (
            '"http://r:6379"',
            "redis-hosts",
            '{"address": "redis://r:6379", "socket_timeout": None}',
        ),
        (
            '("127.0.0.1", 6379)',
            "redis-address",
            '{"host": "redis", "port": 6379, "socket_timeout": None}',
        ),
    ],
)
def test_a_fix_waits_for_that_of_another_rule_in_the_same_line(project, host, first, fixed):
    text = with_layer(project, f'"CONFIG": {{"hosts": [{host}]}},\n', "DEBUG = False\n")
    if first == "redis-address":
        write(project, compose_dot_yaml=COMPOSE, Dockerfile="FROM python:3.12\nCOPY . .\n")
    one, other = of_the_layer(project)
    assert (one["rule"], other["rule"]) == (first, "redis-socket-timeout")
    assert other["fix"] == f"First apply the fix of [{first}] to this line, then examine again."
    apply_to(project, one)
    (other,) = of_the_layer(project)
    apply_to(project, other)
    assert (project / "config/settings.py").read_text().endswith(text.replace(host, fixed))
    assert of_the_layer(project) == []


LOCAL = '"hosts": [{"address": "redis://localhost:6379", "socket_timeout": None}]'


@pytest.mark.parametrize(
    ("options", "fixed"),
    [
        ('"CONFIG": {"capacity": 5},\n', f'"CONFIG": {{{LOCAL}, "capacity": 5}},\n'),
        ('"CONFIG": {"hosts": []},\n', f'"CONFIG": {{{LOCAL}}},\n'),
        ('"CONFIG": {\n"expiry": 5,\n},\n', f'"CONFIG": {{\n    {LOCAL},\n"expiry": 5,\n}},\n'),
        ("", f'"CONFIG": {{{LOCAL}}},\n'),
        (
            '"CONFIG": {"hosts": (dict(address="redis://r"),)},\n',
            '"CONFIG": {"hosts": [dict(address="redis://r", socket_timeout=None)]},\n',
        ),
    ],
)
def test_the_fix_of_the_time_limit_is_no_form(project, options, fixed):
    text = with_layer(project, options)
    (finding,) = of_the_layer(project)
    apply_to(project, finding)
    after = (project / "config/settings.py").read_text()
    assert after.endswith(
        text.replace(options, fixed) if options else f"{{\n    {fixed}{CORE}}}}}\n"
    )
    assert of_the_layer(project) == []


def test_hosts_of_a_call_get_the_time_limit_one_by_one(project):
    with_layer(project, '"CONFIG": {"hosts": split("redis://r")},\n', "split = str.split\n")
    layer = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": ["redis://r"]}}
    facts = {**REDIS_8, "settings": {"CHANNEL_LAYERS": {"default": layer}}}
    found = findings(project, "redis-socket-timeout", facts=facts)
    host = '{"address": host, "socket_timeout": None}'
    right = f'"CONFIG": {{"hosts": [{host} for host in split("redis://r")]}},'
    assert [each["fix"].splitlines()[1:] for each in found] == [[f"+{right}"]]
