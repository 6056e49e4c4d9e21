"""A fix has the names that the project has: its handlers, its lists of apps and its origins."""

import pytest
from support.changed_project import change, findings, write

LAYER = "from channels.layers import get_channel_layer\n\n\n"
HANDLER = "\n\n    async def {}(self, event):\n        await self.send(event['text'])\n"
SENT = 'await self.channel_layer.group_send("chat", {"type": "chat.message", "text": text})'


def with_handlers(project, *names):
    path = project / "chat/consumers.py"
    path.write_text(path.read_text() + "".join(map(HANDLER.format, names)))


def send(project, message):
    change(
        project,
        "chat/consumers.py",
        SENT,
        f'await self.channel_layer.group_send("chat", {message})',
    )


@pytest.mark.parametrize(
    ("handlers", "fix"),
    [
        ([], '"type": "chat.message",'),
        (
            ["told"],
            'Add a "type" that says which method is to handle it: "chat.message" or "told".',
        ),
    ],
)
def test_a_missing_type_is_one_that_a_consumer_handles(project, handlers, fix):
    send(project, '{"text": text}')
    with_handlers(project, *handlers)
    (finding,) = findings(project, "handler-missing")
    assert finding["fix"] == fix


def test_a_handler_may_have_further_parameters_with_defaults(project):
    send(project, '{"text": text}')
    change(project, "chat/consumers.py", "chat_message(self, event)", "told(self, event, kind=1)")
    (finding,) = findings(project, "handler-missing")
    assert finding["fix"] == '"type": "told",'


@pytest.mark.parametrize(
    ("message", "fix"),
    [
        (
            '{"type": data["kind"], "text": 1}',
            'await self.channel_layer.group_send("chat", {"type": "chat.message", "text": 1})',
        ),
        ("data", '{**data, "type": "chat.message"}'),
        ('{"type": "x", "a": 1, **data}', '{"a": 1, **data, "type": "chat.message"}'),
    ],
)
def test_a_chosen_type_becomes_that_of_the_only_handler(project, message, fix):
    change(
        project,
        "chat/consumers.py",
        "text = str(",
        "data = json.loads(text_data)\n            text = str(",
    )
    send(project, message)
    (finding,) = findings(project, "group-send-splat")
    assert finding["fix"].rpartition("+")[2] == fix


@pytest.mark.parametrize(
    ("start", "added"),
    [
        ("INSTALLED_APPS = [", '    "daphne",'),
        ("INSTALLED_APPS = OTHERS + [", 'INSTALLED_APPS = ["daphne", *OTHERS] + ['),
    ],
)
def test_an_app_is_added_before_the_list_that_a_list_begins_with(project, start, added):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/settings.py", "INSTALLED_APPS = [", start)
    change(project, "config/settings.py", "DEBUG = True", 'DEBUG = True\nOTHERS = ["channels"]')
    (finding,) = findings(project, "daphne-missing")
    assert finding["fix"].endswith(f"+{added}")


@pytest.mark.parametrize(("operator", "is_moved"), [("=", True), ("= OTHERS +", False)])
def test_an_app_moves_to_the_front_of_the_whole_list_alone(project, operator, is_moved):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/settings.py", '    "chat",\n', '    "chat",\n    "daphne",\n')
    change(project, "config/settings.py", "INSTALLED_APPS =", f"INSTALLED_APPS {operator}")
    change(project, "config/settings.py", "DEBUG = True", 'DEBUG = True\nOTHERS = ["channels"]')
    (finding,) = findings(project, "daphne-order")
    assert ("-    " in finding["fix"]) == is_moved


@pytest.mark.parametrize(
    ("origins", "listed"),
    [
        ([], ""),
        (["https://*.a.org", "https://a.org"], " The settings list https://a.org."),
        (
            ["http://localhost:3000/", "https://a.org"],
            " The settings list http://localhost:3000, https://a.org.",
        ),
    ],
)
def test_the_validator_gets_the_origins_of_the_settings(project, origins, listed):
    change(project, "config/asgi.py", "AllowedHostsOriginValidator(", "(")
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', '["*"]')
    with (project / "config/settings.py").open("a") as file:
        file.write(f"CSRF_TRUSTED_ORIGINS = {origins!r}\n")
    change(
        project,
        "chat/consumers.py",
        "await self.accept()",
        "await self.accept(self.scope['user'].username)",
    )
    (finding,) = findings(project, "origin-unchecked")
    assert finding["fix"].partition("development included])`.")[2] == listed
    assert "example.com" not in finding["fix"]


@pytest.mark.parametrize(
    ("files", "fix"),
    [
        (
            {"Procfile": "worker: python manage.py runworker -v2\n"},
            "-worker: python manage.py runworker -v2",
        ),
        (
            {"compose_dot_yml": "services:\n  work:\n    command: python manage.py runworker\n"},
            "Remove the service `work`.",
        ),
        (
            {"run_dot_sh": "python manage.py runworker && echo x\n"},
            "python manage.py runworker NAME",
        ),
    ],
)
def test_a_process_without_channels_is_removed(project, files, fix):
    write(project, **files)
    (finding,) = findings(project, "runworker")
    assert finding["fix"] == fix


@pytest.mark.parametrize(
    ("hosts", "advice"),
    [
        ('["10.0.0.0/24", "a.org"]', ["Write the address of the server."]),
        ('["https://www.a.org", ".a.org"]', []),
        ('["https://www.a.org", ".b.org"]', ['Write "www.a.org".']),
    ],
)
def test_a_network_is_no_host_and_a_domain_has_its_hosts(project, hosts, advice):
    change(project, "config/asgi.py", "AllowedHostsOriginValidator", "OtherWrapper")
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', hosts)
    found = [
        each["message"].partition(" equals. ")[2] for each in findings(project, "allowed-hosts")
    ]
    assert found == advice


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ('f"chat_{room}"', True),
        ('"chat_%s" % room', True),
        ('"chat_{}".format(room)', True),
        ('"chat_" + room', True),
        ('f"chat_{room}_all"', False),
    ],
)
@pytest.mark.parametrize(
    "other", ["", 'get_channel_layer().group_send(f"chat_{x}", {"type": "chat.message"})\n']
)
def test_the_line_that_makes_a_group_gets_a_hash(project, value, right, other):
    routing = (project / "config/routing.py").read_text()
    (project / "config/routing.py").write_text(
        routing.replace('path("ws/chat/"', 'path("ws/<str:room>/"')
    )
    write(project, chat__tell_dot_py=f"{LAYER}def tell(x):\n    pass\n    {other}")
    change(
        project,
        "chat/consumers.py",
        'await self.channel_layer.group_add("chat"',
        'room = self.scope["url_route"]["kwargs"]["room"]\n'
        f"        self.group = {value}\n        await self.channel_layer.group_add(self.group",
    )
    for method in ("group_send", "group_discard"):
        change(project, "chat/consumers.py", f'{method}("chat"', f"{method}(self.group")
    (finding,) = findings(project, "group-name-raw")
    made = '+self.group = "chat_" + hashlib.sha256(room.encode()).hexdigest()[:32]'
    is_changed = made in finding["fix"].splitlines()
    assert is_changed == (right and not other)
    assert ("+import hashlib" in finding["fix"]) == is_changed


LOOP = "\n    async def tell(self):\n        while True:\n            await self.send('x')\n"


@pytest.mark.parametrize(
    ("call", "fix"),
    [
        ("await self.tell()", "self.task = asyncio.create_task(self.tell())"),
        (
            "x = await self.tell()",
            "Move the loop into a method of its own, as `async def run_loop(",
        ),
    ],
)
def test_a_method_with_a_loop_becomes_a_task(project, call, fix):
    path = project / "chat/consumers.py"
    path.write_text(path.read_text().replace("\n\n\nclass NotFound", f"\n{LOOP}\n\nclass NotFound"))
    accept = f"await self.accept()\n        {call}"
    change(project, "chat/consumers.py", "await self.accept()", accept)
    (finding,) = findings(project, "endless-loop")
    assert fix in finding["fix"]
