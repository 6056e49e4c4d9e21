"""What nothing reaches has no findings: modules, consumers, templates and scripts."""

import pytest
from support.sample_projects import RULES

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

NAMES_OF_RULES = ["await-missing", "insecure-socket-url", "syntax-error"]
FAULT = "import asyncio\n\n\nasync def wait():\n    asyncio.sleep(1)\n\n\nwaits = [wait]\n"
CONSUMER = """

class OldConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.close()
"""
PAGE = '<script>new WebSocket("ws://" + location.host + "/ws/chat/")</script>'
SCRIPT = 'new WebSocket("ws://" + location.host + "/ws/chat/")'
VIEW = """
from django.shortcuts import render


def room(request):
    return render(request, "{}")
"""
LOAD = "import importlib\n\n\ndef load(name):\n    importlib.import_module(name)\n"
APP = "from django.apps import AppConfig\n\n\nclass ChatConfig(AppConfig):\n    {}\n"


def write(project, files):
    """Write files; a text that starts with `+` comes after what the file has."""
    for path, text in files.items():
        target = project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        old = target.read_text() if text.startswith("+") else ""
        target.write_text(old + text.removeprefix("+"))


def examine(project):
    """Return the findings of the rules that find the faults of this module."""
    return list(
        find_reached_faults(Project(str(project)), [RULES[name] for name in NAMES_OF_RULES])
    )


def rules_in(project, path):
    """Return the rules with a finding in a file."""
    return {each["rule"] for each in examine(project) if each["path"] == path}


# Each of them reaches chat/late.py.
REACHES = {
    "an import": {"chat/consumers.py": "+\nimport chat.late\n"},
    "a relative import": {"chat/consumers.py": "+\nfrom . import late\n"},
    "an import in a function": {
        "chat/consumers.py": "+\n\ndef load():\n    from chat.late import wait\n"
    },
    "two imports": {
        "chat/consumers.py": "+\nfrom .between import name\n",
        "chat/between.py": "from .late import wait as name\n",
    },
    "a star import of the package": {"chat/consumers.py": "+\nfrom . import *\n"},
    "include()": {
        "config/urls.py": "from django.urls import include, path\n\n"
        'urlpatterns = [path("", include("chat.late"))]\n'
    },
    "a string in the settings": {"config/settings.py": '+\nMIDDLEWARE += ["chat.late.wait"]\n'},
    "importlib with a constant": {
        "chat/consumers.py": '+\nimport importlib\n\nimportlib.import_module("chat.late")\n'
    },
    "importlib with a relative constant": {
        "chat/consumers.py": "+\nimport importlib\n\n"
        'importlib.import_module(".late", __package__)\n'
    },
    "importlib with a part of the name": {
        "chat/consumers.py": "+\nimport importlib\n\n\ndef load(app):\n"
        '    importlib.import_module(f"{app}.late")\n'
    },
    "importlib with an unknown name": {
        "chat/consumers.py": "+\nimport importlib\n\n\ndef load(name):\n"
        "    importlib.import_module(name)\n"
    },
    "an app's configuration": {
        "config/settings.py": '+\nINSTALLED_APPS.append("chat.apps.ChatConfig")\n',
        "chat/apps.py": APP.format("def ready(self):\n        from . import late"),
    },
    "a management command": {"chat/management/commands/wait.py": "from chat.late import wait\n"},
    "template tags": {"chat/templatetags/waits.py": "from chat.late import wait\n"},
    "a task": {"chat/tasks.py": "from chat.late import wait\n"},
    "a program": {
        "wait.py": "from chat.late import wait\n\nif __name__ == '__main__':\n    wait()\n"
    },
    "a command of the deployment": {"Procfile": "bot: python chat/late.py\n"},
    "a server of the deployment": {"Procfile": "web: daphne chat.late:application\n"},
    "a file that cannot be parsed": {
        "chat/broken.py": "def (\n",
        "chat/consumers.py": "+\nfrom . import broken\n",
    },
}


@pytest.mark.parametrize("name", REACHES)
def test_a_module_that_something_reaches_has_findings(project, name):
    write(project, {"chat/late.py": FAULT, **REACHES[name]})
    assert rules_in(project, "chat/late.py") == {"await-missing"}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"chat/other.py": "from chat.late import wait\n"},
        {"chat/tests.py": "from chat.late import wait\n"},
        {"old/management/commands/wait.py": "from chat.late import wait\n"},
        {"chat/consumers.py": "+\n# from chat.late import wait\n"},
        {"chat/signals.py": "from . import late\n"},
        {"chat/between.py": "", "chat/consumers.py": "+\nfrom .between import *\n"},
    ],
    ids=[
        *("nothing", "a dead module", "a test", "an app that is not installed", "a comment"),
        *("signals that nothing imports", "a star import of a module beside it"),
    ],
)
def test_a_module_that_nothing_reaches_has_no_findings(project, files):
    write(project, {"chat/late.py": FAULT, **files})
    assert rules_in(project, "chat/late.py") == set()


def test_a_dead_file_that_cannot_be_parsed_has_no_finding(project):
    write(project, {"chat/broken.py": "def (\n"})
    assert examine(project) == []


def test_without_a_router_every_module_counts_as_reached(project):
    write(project, {"chat/late.py": FAULT, "config/asgi.py": "application = None\n"})
    assert "await-missing" in rules_in(project, "chat/late.py")


@pytest.mark.parametrize(
    ("path", "use", "is_found"),
    [
        ("chat/drafts/views.py", "", False),
        ("chat/views_old.py", "", False),
        ("chat/views_old.py", "from chat import views_old\n", True),
        ("chat/views_new.py", "", True),
    ],
)
def test_a_module_that_is_put_aside_has_no_findings_even_with_an_unknown_import(
    project, path, use, is_found
):
    unknown = "import importlib\n\n\ndef load(name):\n    return importlib.import_module(name)\n"
    write(project, {path: FAULT, "chat/consumers.py": f"+\n{unknown}{use}"})
    assert bool(rules_in(project, path)) == is_found


CONSUMERS = "from channels.generic.websocket import AsyncWebsocketConsumer\n" + CONSUMER


OLD_ROUTES = "from chat.late import OldConsumer\n\nroutes = [OldConsumer.as_asgi()]\n"


@pytest.mark.parametrize(
    ("files", "rules"),
    [
        ({"chat/late.py": CONSUMERS}, set()),
        ({"chat/late.py": CONSUMERS, "chat/models.py": "import chat.routes\n"}, {"await-missing"}),
        ({"chat/late.py": f"{CONSUMERS}\n\nroutes = []\n{FAULT}"}, set()),
    ],
)
def test_an_unknown_import_loads_no_consumers(project, files, rules):
    loading = {"chat/apps.py": LOAD, "chat/routes.py": OLD_ROUTES}
    write(project, {**loading, **files})
    assert rules_in(project, "chat/late.py") == rules


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("apps/old/consumers.py", set()),
        ("apps/tasks.py", {"await-missing"}),
        ("management/commands/wait.py", {"await-missing"}),
    ],
)
def test_django_loads_conventional_modules_and_not_what_is_beside_them(project, path, rules):
    write(project, {path: FAULT, "config/settings.py": "+\nINSTALLED_APPS += find_apps()\n"})
    assert rules_in(project, path) == rules


def test_with_unknown_apps_every_app_counts_as_installed(project):
    write(
        project,
        {
            "late/models.py": FAULT,
            "config/settings.py": '+\nimport os\n\nINSTALLED_APPS += os.environ["APPS"].split()\n',
        },
    )
    assert rules_in(project, "late/models.py") == {"await-missing"}


# Each of them names the consumer of chat/consumers.py.
NAMES = {
    "a route": {
        "config/routing.py": "+\nfrom chat.consumers import OldConsumer\n"
        'websocket_urlpatterns.append(path("ws/old/", OldConsumer.as_asgi()))\n'
    },
    "another name": {
        "config/routing.py": "+\nfrom chat.consumers import OldConsumer as Old\n"
        'websocket_urlpatterns.append(path("ws/old/", Old.as_asgi()))\n'
    },
    "a consumer that inherits from it": {
        "config/routing.py": "+\nfrom chat.consumers import New\n"
        'websocket_urlpatterns.append(path("ws/old/", New.as_asgi()))\n',
        "chat/consumers.py": "+\n\nclass New(OldConsumer):\n    pass\n",
    },
    "a string": {"config/settings.py": '+\nCONSUMER = "chat.consumers.OldConsumer"\n'},
    "its module as a value": {
        "config/routing.py": "+\nfrom chat import consumers\n\nfound = vars(consumers)\n"
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_a_consumer_that_something_names_has_findings(project, name):
    write(project, {"chat/consumers.py": "+" + CONSUMER})
    write(project, NAMES[name])
    assert rules_in(project, "chat/consumers.py")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"chat/views.py": "from chat.consumers import OldConsumer\n"},
        {"chat/consumers.py": "+\n\nclass New(OldConsumer):\n    pass\n"},
        {"chat/load.py": LOAD, "chat/consumers.py": "+\nfrom chat import load\n"},
    ],
    ids=["nothing", "an import alone", "a dead consumer that inherits from it", "unknown imports"],
)
def test_a_consumer_that_nothing_names_has_no_findings(project, files):
    write(project, {"chat/consumers.py": "+" + CONSUMER})
    write(project, files)
    assert examine(project) == []


MIDDLEWARE = """
import asyncio


class TokenMiddleware:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        asyncio.sleep(1)
        return await self.inner(scope, receive, send)


def TokenStack(inner):
    return TokenMiddleware(inner)
"""


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("TokenStack", False), ("TokenStack(None)", True), ("TokenMiddleware(None)", True)],
)
def test_middleware_has_findings_where_an_application_has_it(project, text, is_found):
    imported = "from config.tokens import TokenMiddleware, TokenStack\n"
    use = f"\nouter = {text}\n" if is_found else ""
    write(project, {"config/tokens.py": MIDDLEWARE, "config/asgi.py": f"+{imported}{use}"})
    assert bool(rules_in(project, "config/tokens.py")) == is_found


FUNCTION = """
import asyncio


async def _wait():
    asyncio.sleep(1)


async def _start():
    await _wait()


class Clock:
    async def tick(self):
        asyncio.sleep(1)
"""


@pytest.mark.parametrize(
    "use",
    [
        "_start()\nClock().tick()",
        "names = ['_start', 'tick', 'Clock']",
        "_wait.x = 1\nx = [Clock.tick]",
        "messages = [{'type': '_start'}, {'type': 'Clock'}]\nx = ['_start', 'tick', 'Clock']",
        "@register\nasync def other():\n    asyncio.sleep(1)\n",
        "class View(APIView):\n    async def get(self, request):\n        asyncio.sleep(1)\n",
        "class Bot(Client):\n    async def tick_all(self):\n        asyncio.sleep(1)\n",
        (
            "class Mixin:\n    async def tick_all(self):\n        asyncio.sleep(1)\n"
            "class Bot(Mixin, Client):\n    pass\n"
        ),
        (
            "class Bot:\n    async def tick_all(self):\n        asyncio.sleep(1)\n"
            "    def run(self, name):\n        return getattr(self, name)()\nBot().run('x')\n"
        ),
    ],
)
def test_a_function_that_something_may_call_has_findings(project, use):
    views = "from rest_framework.views import APIView\nfrom bot import Client, register\n"
    write(project, {"chat/clock.py": views + FUNCTION + use + "\n"})
    write(project, {"chat/consumers.py": "+\nfrom chat import clock\n"})
    assert rules_in(project, "chat/clock.py") == {"await-missing"}


WRAPPED = """
from asgiref.sync import async_to_sync


class Hands:
    async def turn(self):
        asyncio.sleep(1)

    def turn_now(self):
        {body}


def show(hands):
    hands.{name}()


shows = [show, Hands]
"""


@pytest.mark.parametrize(
    ("body", "name", "is_found"),
    [
        ("return async_to_sync(self.turn)()", "turn_now", True),
        ("return async_to_sync(self.turn)()", "show", False),
        ("self.turned = async_to_sync(self.turn)()", "show", True),
    ],
)
def test_a_method_that_only_runs_a_coroutine_runs_where_code_names_it(
    project, body, name, is_found
):
    write(project, {"chat/clock.py": "import asyncio\n" + WRAPPED.format(body=body, name=name)})
    write(project, {"chat/consumers.py": "+\nfrom chat.clock import show\n"})
    assert bool(rules_in(project, "chat/clock.py")) == is_found


VIEW_SET = """
from rest_framework import viewsets


class Rooms(viewsets.ViewSet):
    async def load(self):
        asyncio.sleep(1)
"""


@pytest.mark.parametrize(
    "use",
    [
        "",
        "from chat.clock import _start\n",
        "__all__ = ['_start', 'Clock', 'tick']\n",
        VIEW_SET,
        "message = {'type': '_start', 'text': 'started'}\n",
    ],
    ids=["nothing", "import", "__all__", "view", "type of a message"],
)
def test_a_function_that_nothing_names_has_no_findings(project, use):
    write(project, {"chat/clock.py": FUNCTION + use})
    write(project, {"chat/consumers.py": "+\nfrom chat.clock import _start\n"})
    assert rules_in(project, "chat/clock.py") == set()


@pytest.mark.parametrize(
    ("broken", "rules"),
    [("", set()), ("def (_start", {"await-missing"}), ("def (started", set())],
)
def test_with_unknown_imports_a_function_needs_its_name_in_some_file(project, broken, rules):
    text = FUNCTION + "\nasync def public():\n    asyncio.sleep(1)\n"
    write(project, {"chat/clock.py": text, "chat/load.py": LOAD, "chat/broken.py": broken})
    write(project, {"chat/consumers.py": "+\nfrom chat import load\n"})
    assert rules_in(project, "chat/clock.py") == rules


@pytest.mark.parametrize(
    ("use", "rules"),
    [
        ("from chat.other import Clock\n\nclock = Clock()\n", set()),
        ("from chat.clock import Clock\n\nclock = Clock()\n", {"await-missing"}),
        ("from chat import clock\n\nclock = clock.Clock()\n", {"await-missing"}),
        ("clock = 'chat.clock.Clock'\n", {"await-missing"}),
        ("from chat.clock import Clock\n", set()),
    ],
    ids=["another class of its name", "a call", "its module", "a string", "an import"],
)
@pytest.mark.parametrize("other", ["", LOAD], ids=["known imports", "unknown imports"])
def test_a_class_that_nothing_names_has_no_findings(project, use, rules, other):
    clock = (
        "import asyncio\n\n\nclass Clock:\n    async def tick(self):\n        asyncio.sleep(1)\n"
    )
    tick = "\n\nasync def run(clock):\n    await clock.tick()\n\n\nruns = [run]\n"
    write(project, {"chat/clock.py": clock, "chat/other.py": "class Clock:\n    pass\n"})
    write(project, {"chat/consumers.py": f"+\nimport chat.clock\n{use}{tick}{other}"})
    assert rules_in(project, "chat/clock.py") == rules


@pytest.mark.parametrize(("app", "rules"), [("apps", set()), ("other", {"await-missing"})])
@pytest.mark.parametrize("folder", ["dashboard", "translation"])
def test_an_app_with_a_conventional_name_may_have_a_class_that_only_its_tests_name(
    project, folder, app, rules
):
    clock = (
        "import asyncio\n\n\nclass Clock:\n    async def tick(self):\n        asyncio.sleep(1)\n"
    )
    tests = f"from {folder}.clock import Clock\n\nclock = Clock()\n"
    files = {"clock.py": clock, "__init__.py": "", f"{app}.py": "", "tests.py": tests}
    write(project, {f"{folder}/{name}": text for name, text in files.items()})
    write(project, {"chat/consumers.py": f"+\nfrom {folder}.clock import Clock\n"})
    assert rules_in(project, f"{folder}/clock.py") == rules


@pytest.mark.parametrize("path", ["setup.py", "chat/tasks.py", "config/gunicorn_conf.py"])
def test_a_function_that_other_programs_call_by_name_has_findings(project, path):
    write(project, {path: FUNCTION + "\nif __name__ == '__main__':\n    pass\n"})
    assert rules_in(project, path) == {"await-missing"}


# Each of them names chat/templates/chat/room.html.
RENDERS = {
    "a view": {"chat/views.py": VIEW.format("chat/room.html")},
    "a template that includes it": {
        "chat/views.py": VIEW.format("chat/page.html"),
        "chat/templates/chat/page.html": '{% include "chat/room.html" %}',
    },
    "a name that is put together": {
        "chat/views.py": "def name(kind):\n    return f'chat/{kind}.html'\n"
    },
    "a page outside the templates": {"pages/index.html": '<a href="/room.html">room</a>'},
}
URLS = {"config/urls.py": "from chat import views\n\nurlpatterns = []\n"}


@pytest.mark.parametrize("name", RENDERS)
def test_a_template_that_something_names_has_findings(project, name):
    write(project, {"chat/templates/chat/room.html": PAGE, **URLS, "chat/views.py": ""})
    write(project, RENDERS[name])
    assert rules_in(project, "chat/templates/chat/room.html") == {"insecure-socket-url"}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"chat/old.py": VIEW.format("chat/room.html")},
        {"chat/templates/chat/page.html": '{% include "chat/room.html" %}'},
        {"chat/static/chat/more.js": "$(this).html('')", "chat/views.py": VIEW.format("x.html")},
        {"chat/static/more.js": "content: ['**/*.html']", "chat/views.py": VIEW.format("x.html")},
        {"chat/views.py": "# render(request, 'chat/room.html')\n", **URLS},
        {"chat/static/more.js": "load(name + '.html')", "chat/views.py": VIEW.format("more.js")},
    ],
    ids=[
        *("nothing", "a dead view", "a dead template", "a method of jQuery", "a glob"),
        *("a comment", "a script that loads pages"),
    ],
)
def test_a_template_that_nothing_names_has_no_findings(project, files):
    write(project, {"chat/templates/chat/room.html": PAGE, **files})
    assert examine(project) == []


@pytest.mark.parametrize(("tag", "is_found"), [("", True), ("{% load static %}", False)])
def test_a_page_with_tags_is_a_template_in_whatever_folder(project, tag, is_found):
    write(project, {"pages/room.html": tag + PAGE})
    assert bool(rules_in(project, "pages/room.html")) == is_found


@pytest.mark.parametrize(
    "name", ["registration/login.html", "404.html", "chat/room_detail.html", "home_page.html"]
)
def test_a_template_that_django_names_has_findings(project, name):
    write(project, {f"templates/{name}": PAGE})
    assert rules_in(project, f"templates/{name}") == {"insecure-socket-url"}


def test_a_script_that_a_page_loads_has_findings(project):
    page = "{% load static %}<script src=\"{% static 'chat/room.js' %}\"></script>"
    write(
        project,
        {
            "chat/static/chat/room.js": SCRIPT,
            "chat/templates/chat/room.html": page,
            "chat/views.py": VIEW.format("chat/room.html"),
            **URLS,
        },
    )
    assert rules_in(project, "chat/static/chat/room.js") == {"insecure-socket-url"}


@pytest.mark.parametrize(
    ("files", "is_found"),
    [({}, False), ({"package.json": "{}"}, True), ({"nginx.html": "index.html"}, False)],
    ids=["alone", "of a bundler", "named by a page that nothing names"],
)
def test_a_page_beside_manage_py_has_findings_where_something_serves_it(project, files, is_found):
    write(project, {"index.html": PAGE, **files})
    assert bool(rules_in(project, "index.html")) == is_found


def test_a_script_that_a_bundler_finds_has_findings(project):
    write(project, {"static/src/room.js": SCRIPT, "static/package.json": "{}"})
    assert rules_in(project, "static/src/room.js") == {"insecure-socket-url"}


@pytest.mark.parametrize(
    ("path", "is_found"),
    [("chat/Room.jsx", False), ("chat/static/Room.vue", True), ("frontend/src/Room.tsx", True)],
)
def test_a_source_beside_python_files_has_no_findings_where_nothing_builds_it(
    project, path, is_found
):
    write(project, {path: SCRIPT})
    assert bool(rules_in(project, path)) == is_found
    write(project, {"package.json": "{}"})
    assert rules_in(project, path) == {"insecure-socket-url"}


@pytest.mark.parametrize(
    "comment", ["<!-- {} -->", "{{# {} #}}", "{{% comment %}}{}{{% endcomment %}}"]
)
def test_a_script_in_a_comment_of_a_page_is_not_loaded(project, comment):
    script = "<script src=\"{% static 'chat/room.js' %}\"></script>"
    files = {"chat/static/chat/room.js": SCRIPT, "chat/views.py": VIEW.format("chat/room.html")}
    write(project, {**files, **URLS, "chat/templates/chat/room.html": comment.format(script)})
    assert examine(project) == []


def test_a_static_script_that_nothing_loads_has_no_findings(project):
    write(project, {"chat/static/chat/room.js": SCRIPT})
    assert examine(project) == []


@pytest.mark.parametrize(("use", "count"), [("", 0), ("@cached\n", 1)])
def test_a_decorator_that_nothing_names_has_no_finding(project, use, count):
    decorator = (
        "import asyncio\n\n\ndef cached(view):\n    async def wrapper(request):\n"
        "        asyncio.sleep(1)\n\n    return wrapper\n"
    )
    write(project, {"chat/between.py": f"{decorator}\n\n{use}def page(request):\n    pass\n"})
    write(project, {"chat/consumers.py": "+\nfrom . import between\n"})
    assert len(rules_in(project, "chat/between.py")) == count


@pytest.mark.parametrize(
    ("files", "rules"),
    [
        ({}, set()),
        ({"old/models.py": ""}, {"await-missing"}),
        ({"config/settings.py": '+\nINSTALLED_APPS.append("old")\n'}, {"await-missing"}),
        ({"config/local_settings.py": 'APPS = ["old.apps.Old"]\n'}, {"await-missing"}),
    ],
    ids=["left out", "no models", "installed", "named in other settings"],
)
def test_an_app_that_the_settings_leave_out_has_no_findings(project, files, rules):
    app = {
        "config/asgi.py": "application = None\n",
        "old/__init__.py": "",
        "old/apps.py": APP.format("name = 'old'"),
        "old/models.py": "from django.db import models\n\n\nclass Room(models.Model):\n    pass\n",
        "old/consumers.py": FAULT,
    }
    write(project, {**app, **files})
    assert rules_in(project, "old/consumers.py") == rules


@pytest.mark.parametrize(
    ("call", "rules"), [("Service.check()", {"await-missing"}), ("Service", set())]
)
def test_a_static_method_that_only_its_overrides_name_has_no_findings(project, call, rules):
    service = """
import asyncio


class Base:
    @staticmethod
    async def check():
        asyncio.sleep(1)


class Service(Base):
    @staticmethod
    async def check():
        await Service.check(1)
"""
    files = {
        "chat/services.py": service,
        "chat/consumers.py": f"+\nfrom chat.services import Service\n\nuse = {call}\n",
    }
    write(project, files)
    assert rules_in(project, "chat/services.py") == rules


PLAIN_URL = "let url = 'ws://' + location.host + '/ws/chat/'\n"


@pytest.mark.parametrize(
    ("source", "paths"),
    [("new WebSocket(url)", {"web/app.ts"}), ("", {"web/app.ts", "web_built/main.js"})],
)
def test_a_compiled_script_is_ignored_where_its_source_opens_the_socket(project, source, paths):
    files = {
        "web_built/main.js": f"{PLAIN_URL}new WebSocket(url)\n//# sourceMappingURL=main.js.map\n",
        "web/app.ts": PLAIN_URL + source,
    }
    write(project, files)
    found = [each for each in examine(project) if each["rule"] == "insecure-socket-url"]
    assert {each["path"] for each in found} == paths


SHOUT = """

class Loud(AsyncWebsocketConsumer):
    async def connect(self):
        {use}

    async def shout(self, {parameters}):
        self.close()


class Other(AsyncWebsocketConsumer):
    async def receive(self, text_data):
        await self.shout(text_data, 1)


loud = [Loud, Other]
"""


@pytest.mark.parametrize(
    ("use", "parameters", "is_found"),
    [
        ("await self.accept()", "text, times", False),
        ("await self.shout('x', 2)", "text, times", True),
        ("self.run = getattr(self, self.scope['path'])", "text, times", True),
        ("self.name = 'shout'", "text, times", True),
        ("await self.accept()", "event", False),
        ("await self.channel_layer.group_send('x', {'type': 'shout'})", "event", True),
        ("await self.channel_layer.group_send('x', {'type': self.kind})", "event", True),
    ],
)
def test_a_method_of_a_consumer_needs_a_call_or_a_message(project, use, parameters, is_found):
    text = SHOUT.format(use=use, parameters=parameters)
    write(project, {"chat/consumers.py": f"+{text}"})
    assert bool(rules_in(project, "chat/consumers.py")) == is_found


@pytest.mark.parametrize(("text", "is_found"), [("shout(", True), ("whisper(", False)])
def test_a_file_that_cannot_be_parsed_may_name_a_method(project, text, is_found):
    consumers = SHOUT.format(use="await self.accept()", parameters="text, times")
    write(project, {"chat/consumers.py": f"+{consumers}", "chat/old.py": text})
    assert bool(rules_in(project, "chat/consumers.py")) == is_found


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("rest_framework>=", 0),
        ("django=5.2", 0),
        ("pip install django", 0),
        ("django-channels==0.7.0", 0),
        ("django-channels-extras", 1),
        ("django>=5,<6  # the newest", 1),
        ("django >= 5 ; python_version >= '3.10'", 1),
        ("app @ git+https://example.com/app", 1),
        ("-r other.txt", 1),
    ],
)
def test_requirements_that_install_nothing_known_have_no_findings(project, line, count):
    write(project, {"requirements.txt": f"daphne==4.1.0\n{line}\n"})
    found = find_reached_faults(Project(str(project)), [RULES["daphne-outdated"]])
    assert len(list(found)) == count


def test_a_misspelt_name_in_dead_code_does_not_hide_the_others(project):
    use = "from chat.consumers import ChatConsumers\n"
    write(project, {"chat/early.py": use, "config/asgi.py": f"+\n{use}"})
    (finding,) = find_reached_faults(Project(str(project)), [RULES["name-misspelt"]])
    assert finding["path"] == "config/asgi.py"
    assert "also in" not in finding["message"]
