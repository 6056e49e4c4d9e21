"""The symptom of a finding has the names, hosts and paths of the project.

Each project is the broken example on the page of a rule, with another value.
"""

import pytest
from support.changed_project import change, findings
from support.sample_projects import BROKEN, RULES, make_project

CONSUMERS, SETTINGS = "chat/consumers.py", "config/settings.py"
ASGI, ROUTING = "config/asgi.py", "config/routing.py"
FAILED = "WebSocket connection to '{}' failed"
COROUTINE = "AttributeError: 'coroutine' object has no attribute '{}'"
NO_SETTING = (
    "django.core.exceptions.ImproperlyConfigured: Requested setting {}, but settings are not"
    " configured."
)
LAYER_URL = "redis://127.0.0.1:6379"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
WRONG_LAYER = f'"BACKENDS": "{PUBSUB}",\n        "hosts": ["{LAYER_URL}"]'
CORE_LAYER = f"""
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "capacity": 9, "CONFIG": {{"hosts": ["{LAYER_URL}"]}}
"""


@pytest.mark.parametrize(
    ("rule", "path", "old", "new", "symptom"),
    [
        (
            "accept-missing",
            ROUTING,
            "ws/chat/",
            "ws/rooms/<int:pk>/",
            FAILED.format("ws://localhost:8000/ws/rooms/…/"),
        ),
        (
            "allowed-hosts",
            SETTINGS,
            "https://example.com",
            "https://site.net",
            (
                "Invalid HTTP_HOST header: 'site.net'. You may need to add 'site.net' to"
                " ALLOWED_HOSTS."
            ),
        ),
        (
            "csrf-trusted-origins",
            SETTINGS,
            '"example.com", "https://example.org/", "wss://example.net"',
            '"https://site.net/"',
            (
                "Forbidden (Origin checking failed - https://site.net does not match any trusted"
                " origins.)"
            ),
        ),
        ("daphne-missing", ROUTING, "ws/chat/", "ws/rooms/", "Not Found: /ws/rooms/"),
        (
            "layer-alias",
            "chat/notify.py",
            "group_send",
            "group_add",
            "'NoneType' object has no attribute 'group_add'",
        ),
        (
            "layer-setting-misspelt",
            CONSUMERS,
            "group_add",
            "send",
            "'NoneType' object has no attribute 'send'",
        ),
        (
            "layer-keys",
            SETTINGS,
            f'"hosts": ["{LAYER_URL}"]',
            f'"CONFIG": {{"hosts": ["{LAYER_URL}"], "prefix": "a"}}',
            "channels.exceptions.InvalidChannelLayerError: No BACKEND specified for default",
        ),
        (
            "layer-keys",
            SETTINGS,
            WRONG_LAYER,
            CORE_LAYER,
            "The layer works as if the key were not there.",
        ),
        (
            "scope-access",
            "chat/profile.py",
            "scope.user",
            "scope.session",
            "AttributeError: 'dict' object has no attribute 'session'",
        ),
        (
            "scope-access",
            "chat/profile.py",
            "scope.user",
            "request.user",
            "AttributeError: 'ProfileConsumer' object has no attribute 'request'",
        ),
        ("origin-entry", ROUTING, "ws/chat/", "ws/<str:a>", "WebSocket REJECT /ws/…"),
        ("query-secret", CONSUMERS, '"token"', '"jwt"', "GET /ws/chat/?jwt="),
        (
            "socket-host",
            "chat/templates/chat/room.html",
            "ws/chat/",
            "socket/a/",
            "SyntaxError: Failed to construct 'WebSocket': The URL 'ws://localhost:8000socket/a/'",
        ),
        (
            "socket-url-local",
            "chat/static/chat.js",
            "ws://127.0.0.1:8000/ws/chat/",
            "ws://localhost:9000/live/",
            FAILED.format("ws://localhost:9000/live/"),
        ),
        ("query-unawaited", CONSUMERS, "group.name", "group.pk", COROUTINE.format("pk")),
        (
            "query-unawaited",
            CONSUMERS,
            "self.send(group.name)",
            "self.send(group[0])",
            "TypeError: 'coroutine' object is not subscriptable",
        ),
        (
            "settings-missing",
            "config/wsgi.py",
            "config.setings",
            "conf.settings",
            "ModuleNotFoundError: No module named 'conf'",
        ),
        (
            "coroutine-callback",
            SETTINGS,
            "INSTALLED_APPS",
            f'CHANNEL_LAYERS = {{"default": {{"BACKEND": "{PUBSUB}"}}}}\nINSTALLED_APPS',
            "RuntimeWarning: coroutine '_async_proxy' was never awaited",
        ),
        (
            "models-before-django",
            "Procfile",
            "web",
            "main",
            NO_SETTING.format("…"),
        ),
        (
            "settings-module-late",
            ASGI,
            "import os\n",
            "import os\n\n",
            NO_SETTING.format("LOGGING_CONFIG"),
        ),
    ],
)
def test_a_symptom_has_the_values_of_the_project(rule, path, old, new, symptom, tmp_path):
    make_project(tmp_path, RULES[rule], BROKEN)
    change(tmp_path, path, old, new)
    assert symptom in [each["symptom"] for each in findings(tmp_path, rule)]


@pytest.mark.parametrize(
    ("view", "error"),
    [
        ("def page(request): ...", "page() takes 1 positional argument but 3 were given"),
        ("def page(request, a): ...", "page() takes 2 positional arguments but 3 were given"),
        (
            "from django.views import View\nclass A(View): ...\npage = A.as_view()",
            "View.as_view.<locals>.view() takes 1 positional argument but 3 were given",
        ),
    ],
)
def test_the_route_of_a_page_has_the_error_of_its_view(view, error, project):
    text = (project / ROUTING).read_text().replace("ChatConsumer.as_asgi()", "page")
    if "as_view" in view:
        text = text.replace(" page", " A.as_view()")
    (project / ROUTING).write_text(text.replace("\n\n", f"\n\n{view}\n\n", 1))
    assert [each["symptom"] for each in findings(project, "router-application")] == [
        f"TypeError: {error}"
    ]


@pytest.mark.parametrize(
    ("line", "symptom"),
    [
        ("def show(:", "SyntaxError: invalid syntax"),
        ("if True:", "expected an indented block"),
    ],
)
def test_a_file_that_does_not_parse_has_the_message_of_python(line, symptom, project):
    path = project / CONSUMERS
    path.write_text(f"{path.read_text()}\n{line}\n")
    [found] = findings(project, "syntax-error")
    assert found["symptom"].startswith(symptom)
