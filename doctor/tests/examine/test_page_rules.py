"""What the rules for scripts and templates report and ignore."""

import pytest
from support.changed_files import report


@pytest.mark.parametrize(
    ("script", "number"),
    [
        ("new WebSocket('ws://' + window.location.host + '/ws/')", 1),
        ("new WebSocket(\n  `ws://${location.host}/ws/`)", 1),
        ("let url = `ws://${window.location.host}/ws/`", 1),
        ("new WebSocket('ws://{{ request.get_host }}/ws/')", 1),
        ("new WebSocket('ws://chat.mysite.org/ws/')", 1),
        ("new WebSocket((location.protocol == 'https:' ? 'wss://' : 'ws://') + location.host)", 0),
        ("const s = location.protocol.replace('http', 'ws'); 'ws://' + location.host", 0),
        (
            (
                "new WebSocket('{{ request.is_secure|yesno:\"wss,ws\" }}://' + location.host);"
                " 'ws://' + location.host"
            ),
            0,
        ),
        ("new WebSocket('ws://localhost:8000/ws/')", 0),
        ("new WebSocket('ws://127.0.0.1:8000/ws/')", 0),
        ("// new WebSocket('ws://' + location.host)", 0),
        ("new WebSocket('ws://' + host)", 0),
        ("new WebSocket('/ws/')", 0),
    ],
)
def test_a_constant_scheme_is_reported(tmp_path, script, number):
    assert len(report(tmp_path, {"chat/static/chat.js": script}, "insecure-socket-url")) == number


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/x/a.js",
        "static/x.min.js",
        "chat/tests/a.js",
        "static/vendor/a.js",
        "dist/a.js",
        "a.py",
    ],
)
def test_vendored_scripts_are_ignored(tmp_path, path):
    assert report(tmp_path, {path: "x = 'ws://' + location.host"}, "insecure-socket-url") == []
