"""The printed fixes of a layer's settings work where they are printed."""

import pytest
from support.changed_project import findings
from support.printed_fix import apply_to

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
            '"CONFIG": {\n"hosts": ["redis://r"],\n"capacity": 5,\n},\n',
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
