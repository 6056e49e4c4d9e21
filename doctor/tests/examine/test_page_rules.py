"""What the rules for scripts and templates report and ignore."""

import pytest
from support.changed_files import report, settings


@pytest.mark.parametrize(
    ("script", "number"),
    [
        ("new WebSocket('ws://' + window.location.host + '/ws/chat/')", 1),
        ("new WebSocket(\n  `ws://${location.host}/ws/chat/`)", 1),
        ("let url = `ws://${window.location.host}/ws/chat/`", 1),
        ("new WebSocket('ws://{{ request.get_host }}/ws/chat/')", 1),
        ("new WebSocket('ws://chat.mysite.org/ws/chat/')", 1),
        ("new WebSocket((location.protocol == 'https:' ? 'wss://' : 'ws://') + location.host)", 0),
        ("const s = location.protocol.replace('http', 'ws'); 'ws://' + location.host", 0),
        (
            (
                "new WebSocket('{{ request.is_secure|yesno:\"wss,ws\" }}://' + location.host);"
                " 'ws://' + location.host"
            ),
            0,
        ),
        ("new WebSocket('ws://localhost:8000/ws/chat/')", 0),
        ("new WebSocket('ws://127.0.0.1:8000/ws/chat/')", 0),
        ("// new WebSocket('ws://' + location.host)", 0),
        ("new WebSocket('ws://' + host)", 0),
        ("new WebSocket('/ws/chat/')", 0),
        ("const base = data?.base || `ws://${location.host}`", 0),
        ("const base = data.base ??\n  'ws://' + location.host", 0),
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
        "chat/static/test.js",
        "WebSocket_Test_Pages/a.html",
        "static/vendor/a.js",
        "dist/a.js",
        "a.py",
    ],
)
def test_vendored_scripts_are_ignored(tmp_path, path):
    assert report(tmp_path, {path: "x = 'ws://' + location.host"}, "insecure-socket-url") == []


TLS = "server { listen 443 ssl; ssl_certificate chain.pem; }"


@pytest.mark.parametrize(
    ("line", "files", "number"),
    [
        ("", {}, 0),
        ("SECURE_SSL_REDIRECT = False", {}, 0),
        ("CSRF_TRUSTED_ORIGINS = ['https://localhost']", {}, 0),
        ("", {"deploy/nginx.conf": "server { listen 80; }"}, 0),
        ("SECURE_SSL_REDIRECT = True", {}, 1),
        ("CSRF_COOKIE_SECURE = env('SECURE')", {}, 1),
        ("CSRF_TRUSTED_ORIGINS = ['https://example.com']", {}, 1),
        ("CSRF_TRUSTED_ORIGINS = ['https://www.yourdomain.com']", {}, 0),
        ("", {"deploy/nginx.conf": TLS}, 1),
        ("", {"Procfile": "web: daphne config.asgi:application"}, 1),
    ],
)
def test_a_plain_scheme_is_reported_where_the_site_is_served_over_https(
    tmp_path, line, files, number
):
    own = settings()["config/settings.py"].replace(
        'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")', line
    )
    script = {"chat/static/chat.js": "new WebSocket('ws://' + location.host + '/ws/chat/')"}
    changed = {"config/settings.py": own, **script, **files}
    assert len(report(tmp_path, changed, "insecure-socket-url")) == number


def test_a_page_whose_address_has_no_route_is_one_finding(tmp_path):
    files = {
        "config/routing.py": "from chat.consumers import ChatConsumer\n"
        "from django.urls import path\n"
        "websocket_urlpatterns = [path('ws/chat/', ChatConsumer.as_asgi())]\n",
        "chat/static/chat.js": "new WebSocket('ws://' + location.host + '/ws/rooms/')",
    }
    assert report(tmp_path, files, "socket-address") == ["error"]
    assert report(tmp_path, files, "insecure-socket-url") == []
