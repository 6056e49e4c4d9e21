"""What the rules for coroutines and event loops report and ignore."""

import textwrap

import pytest
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

SEND = 'self.channel_layer.group_send("chat", {"type": "chat.message"})'


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('async_to_sync(self.channel_layer.send)("x", {"type": "y"})', 1),
        ("send = async_to_sync(self.channel_layer.send)\nsend('x', {})", 1),
        ("helper()", 1),
        ("await database_sync_to_async(helper)()", 0),
        ("asyncio.get_running_loop().run_in_executor(None, helper)", 0),
        ("def inner():\n    async_to_sync(self.close)()\nawait sync_to_async(inner)()", 0),
        ("await sync_to_async(lambda: async_to_sync(self.close)())()", 0),
        ("transaction.on_commit(lambda: async_to_sync(self.close)())", 0),
        ("run = async_to_sync(self.close)\nawait database_sync_to_async(run)()", 0),
        ("careful()", 0),
        ("asyncio.run(self.close())", 1),
        ("await asyncio.to_thread(asyncio.run, main())", 0),
    ],
)
def test_async_to_sync_is_reported_where_an_event_loop_runs_it(tmp_path, body, count):
    helpers = """
    def deeper():
        async_to_sync(get_channel_layer().group_send)("chat", {"type": "x"})
    def helper():
        deeper()
    def careful():
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            async_to_sync(get_channel_layer().group_send)("chat", {"type": "x"})
    """
    text = textwrap.dedent(helpers) + method(body)
    assert len(report(tmp_path, "async-to-sync-in-async", text)) == count


@pytest.mark.parametrize("body", ["async_to_sync(self.channel_layer.send)('x', {'type': 'y'})"])
def test_async_to_sync_is_allowed_in_synchronous_consumers(tmp_path, body):
    assert report(tmp_path, "async-to-sync-in-async", method(body, "WebsocketConsumer")) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (SEND, 1),
        ("layer = get_channel_layer()\nlayer.group_add('x', self.channel_name)", 1),
        ("self.send('x')", 1),
        ("self.close()", 1),
        ("self.own()", 1),
        ("self.wrapped()", 1),
        ("shout()", 1),
        ("database_sync_to_async(Room.objects.get)(pk=1)", 1),
        ("sync_to_async(self.channel_layer.group_add)('x', self.channel_name)", 0),
        ("asyncio.sleep(1)", 1),
        ("channels.auth.login(self.scope, user)", 1),
        ("data = {**self.wrapped()}", 1),
        ("print(*self.own())", 1),
        ('scope["user"] = self.wrapped()', 1),
        ("scope = dict(scope, user=self.own())", 1),
        ("scope = dict(scope, user=await self.own())", 0),
        ("return self.inner(scope, receive, send)", 1),
        ("return await self.inner(scope, receive, send)", 0),
        ("async_to_sync(self.close)", 1),
        ("close = async_to_sync(self.close)", 0),
        ("if self.wrapped():\n    pass", 1),
        ("if not self.own() or self.x:\n    pass", 1),
        ("self.name = self.wrapped().name", 1),
        ("self.name = self.wrapped()['name']", 1),
        ("for each in self.wrapped():\n    pass", 1),
        ("self.name = f'{self.own()}'", 1),
        ("room = self.wrapped()\nif room:\n    self.name = room.name", 1),
        (f"async_to_sync({SEND})", 1),
        (f"await {SEND}", 0),
        ("if await self.wrapped():\n    pass", 0),
        ("self.name = (await self.wrapped()).name", 0),
        ("self.own().close()", 0),
        ("work = self.own()\nif work is not None:\n    await work", 0),
        ("work = self.own()\nif self.x:\n    work = None\nif work:\n    pass", 0),
        ("async for each in self.stream():\n    pass", 0),
        (f"asyncio.create_task({SEND})", 0),
        (f"await asyncio.gather({SEND}, self.own())", 0),
        (f"return {SEND}", 1),
        ("if self.x:\n    return self.wrapped()\nreturn await self.own()", 1),
        ("return await self.own()", 0),
        ("if (layer := get_channel_layer()):\n    layer.group_add('x', self.channel_name)", 1),
        ("if (layer := self.channel_layer):\n    await layer.group_add('x', 'y')", 0),
        ("layer = self.channel_layer\nlayer.group_discard('x', 'y')", 1),
        ("publish = self.channel_layer.group_send\npublish('x', {})", 1),
        ("publish = self.channel_layer.group_send\nawait publish('x', {})", 0),
        ("load = database_sync_to_async(Room.objects.get)\nload(pk=1)", 1),
        ("load = self.own\nload()", 1),
        ("load = self.own\nif self.x:\n    load = print\nload()", 0),
        ("load = async_to_sync(self.own)\nload()", 0),
        ("self.accept", 1),
        ("await self.accept", 0),
        ("self.own", 1),
        ("self.channel_layer.group_send", 1),
        ("self.wrapped", 0),
        ("self.text", 0),
        ("close = self.close", 0),
        (f"task = {SEND}\nawait task", 0),
        ("self.stream()", 0),
        ("self.plain()", 0),
        ("self.decorated()", 0),
        ("self.unknown()", 0),
        ("hub.group_send('x', {})", 0),
    ],
)
def test_an_unawaited_coroutine_is_reported(tmp_path, body, count):
    members = """
    text = ""
    async def own(self): pass
    @database_sync_to_async
    def wrapped(self): pass
    async def later(self):
        return self.own()
    def soon(self):
        return self.own()
    async def stream(self):
        yield 1
    def plain(self): pass
    @background
    async def decorated(self): pass
    """
    text = "async def shout(): pass\n" + method(body) + members
    assert len(report(tmp_path, "await-missing", text)) == count


@pytest.mark.parametrize(
    ("name", "body", "count"),
    [
        ("dispatch", "return super().dispatch(message)", 1),
        ("dispatch", "return await super().dispatch(message)", 0),
        ("dispatch", "super().dispatch(message)", 1),
        ("send_json", "return super().send_json(message)", 1),
        ("make", "return super().send_json(message)", 0),
    ],
)
def test_a_method_returns_no_coroutine_of_its_parent(tmp_path, name, body, count):
    text = method(body, "AsyncJsonWebsocketConsumer", name, "message")
    assert len(report(tmp_path, "await-missing", text)) == count


@pytest.mark.parametrize(
    ("parent", "body", "fix"),
    [
        ("", "super().connect()", "+await super().connect()"),
        ("", "await super().connect()", ""),
        ("", "super().connect()\nawait self.accept()", ""),
        ("async def connect(self): pass", "super().connect()", "+await super().connect()"),
        ("async def join(self): pass", "super().join()", "+await super().join()"),
        ("def join(self): pass", "super().join()", ""),
    ],
)
def test_a_coroutine_of_the_parent_is_awaited(tmp_path, parent, body, fix):
    base = f"class Base(AsyncWebsocketConsumer):\n    {parent or 'pass'}\n\n\n"
    text = base + method(body, "Base", "connect", "").replace("    def", "    async def", 1)
    report(tmp_path, "await-missing", text)
    fixes = [each.fix for each in RULES["await-missing"].check(Project(str(tmp_path)))]
    assert [fix in each for each in fixes] == [True] * bool(fix)


def test_the_parent_of_the_project_decides_what_super_returns(tmp_path):
    base = "class Base(AsyncWebsocketConsumer):\n    def dispatch(self, message): pass\n\n\n"
    text = base + method("return super().dispatch(message)", "Base", "dispatch", "message")
    text = text.replace(
        "    def dispatch(self, message):\n", "    async def dispatch(self, message):\n"
    )
    assert report(tmp_path, "await-missing", text) == []


MIXIN = """
class Opening:
    {kind} open(self):
        {call}


class Chat(Opening, AsyncWebsocketConsumer): {own}
class Other(Opening, {base}): {other}
"""


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 1),
        ({"kind": "def"}, 1),
        ({"call": "self.send('x')"}, 1),
        ({"call": "super().close()"}, 1),
        ({"base": "AsyncJsonWebsocketConsumer"}, 1),
        ({"base": "WebsocketConsumer"}, 0),
        ({"base": "Unknown"}, 0),
        ({"base": "AsyncWebsocketConsumer, Unknown"}, 0),
        ({"base": "object"}, 0),
        ({"other": "accept = make()"}, 0),
        ({"own": "def accept(self): pass"}, 0),
        ({"call": "await self.accept()"}, 0),
    ],
)
def test_a_mixin_of_asynchronous_consumers_has_their_coroutines(tmp_path, changes, count):
    parts = {"kind": "async def", "call": "self.accept()", "base": "AsyncWebsocketConsumer"}
    text = MIXIN.format(**{**parts, "own": "pass", "other": "pass", **changes})
    assert len(report(tmp_path, "await-missing", text)) == count


def test_a_plain_method_of_a_mixin_becomes_a_coroutine_function(tmp_path):
    text = MIXIN.format(
        kind="def", call="self.accept()", base="AsyncWebsocketConsumer", own="pass", other="pass"
    )
    assert "+async def open(self):" in unawaited(tmp_path, text).fix


def unawaited(tmp_path, text):
    """Return the only finding of await-missing."""
    report(tmp_path, "await-missing", text)
    [found] = RULES["await-missing"].check(Project(str(tmp_path)))
    return found


@pytest.mark.parametrize(
    ("body", "base", "fix"),
    [
        ("self.accept", "AsyncWebsocketConsumer", "await self.accept()"),
        ("self.accept", "WebsocketConsumer", "self.accept()"),
        (
            "self.channel_layer.send",
            "WebsocketConsumer",
            "async_to_sync(self.channel_layer.send)(…)",
        ),
        ("async_to_sync(self.send)", "WebsocketConsumer", "async_to_sync(self.send)(…)"),
    ],
)
def test_a_statement_that_only_names_a_function_is_called(tmp_path, body, base, fix):
    assert unawaited(tmp_path, method(body, base)).fix == fix


@pytest.mark.parametrize(
    ("body", "fix"),
    [
        ("self.disconnect(1)\nself.disconnect(2)", "-self.disconnect(1)\n+await self.close()"),
        ("await self.accept()\nself.disconnect(1)", "Call `await self.close()` on each path"),
    ],
)
def test_disconnect_closes_no_socket(tmp_path, body, fix):
    text = method(body) + "\n    async def disconnect(self, code): pass\n"
    found = unawaited(tmp_path, text)
    assert "closes no socket" in found.message
    assert found.fix.startswith(fix)


@pytest.mark.parametrize(
    ("call", "parameters", "symptom"),
    [
        ("self.disconnect()", "code", "TypeError: Chat.disconnect() missing 1 required positional"),
        ("self.disconnect()", "code=None", "RuntimeWarning: coroutine 'Chat.disconnect' was never"),
        ("self.disconnect(1)", "code", "RuntimeWarning: coroutine 'Chat.disconnect' was never"),
    ],
)
def test_a_call_of_disconnect_without_its_code_fails_at_once(tmp_path, call, parameters, symptom):
    text = method(call) + f"\n    async def disconnect(self, {parameters}): pass\n"
    assert unawaited(tmp_path, text).symptom.startswith(symptom)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("self.own()", "Chat.own"),
        ("shout()", "shout"),
        ("asyncio.sleep(1)", "sleep"),
        ("database_sync_to_async(print)()", "SyncToAsync.__call__"),
        ("self.send('x')", "AsyncWebsocketConsumer.send"),
    ],
)
def test_the_symptom_of_a_coroutine_has_the_name_that_python_prints(tmp_path, body, name):
    own = "\n    async def own(self): pass\n"
    found = unawaited(tmp_path, "async def shout(): pass\n" + method(body) + own)
    assert found.symptom == f"RuntimeWarning: coroutine '{name}' was never awaited"


@pytest.mark.parametrize(
    ("body", "fix"),
    [
        ("self.close()", "-self.close()\n+pass"),
        ("self.task.cancel()\nself.close()", "-self.close()"),
    ],
)
def test_a_close_after_the_end_of_the_connection_is_deleted(tmp_path, body, fix):
    found = unawaited(tmp_path, method(body, name="disconnect", arguments="code"))
    assert found.fix == fix


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("self.send('x')\nself.accept()\nself.close()", 0),
        (SEND, 1),
        (f"return {SEND}", 1),
        ("publish = self.channel_layer.group_send\npublish('x', {})", 1),
        ("self.accept", 1),
        (f"async_to_sync({SEND.partition('(')[0]})('chat', {{}})", 0),
        (f"transaction.on_commit(lambda: {SEND})", 1),
        (
            (
                "transaction.on_commit("
                "lambda: async_to_sync(self.channel_layer.group_send)('chat', {}))"
            ),
            0,
        ),
    ],
)
def test_an_unawaited_coroutine_is_reported_in_synchronous_code(tmp_path, body, count):
    assert len(report(tmp_path, "await-missing", method(body, "WebsocketConsumer"))) == count


@pytest.mark.parametrize(
    "text",
    [
        (
            "class Own(AsyncWebsocketConsumer):\n"
            "    def send_json(self, x): pass\n"
            "    async def connect(self):\n"
            "        self.send_json(1)"
        ),
        "class Both(Mixin, WebsocketConsumer):\n    def connect(self):\n        self.accept()",
        (
            "from elsewhere import Base\nclass Other(Base):\n"
            "    async def connect(self):\n        self.send('x')"
        ),
    ],
)
def test_a_method_that_may_be_synchronous_is_ignored(tmp_path, text):
    assert report(tmp_path, "await-missing", text) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("time.sleep(1)", 1),
        ("requests.get('http://x')", 1),
        ("subprocess.run(['x'])", 1),
        ("slow()", 1),
        ("redis.Redis().get('x')", 1),
        ("client = redis.from_url('x')\nclient.incr('x')", 1),
        ("CLIENT.get('x')", 1),
        ("CLIENT.pipeline()", 0),
        ("client = aioredis.from_url('x')\nawait client.incr('x')", 0),
        ("client = asynchronous()\nclient.get('x')", 0),
        ("requests.Session().get('http://x')", 1),
        ("POOL.submit(slow).result()", 1),
        ("future = POOL.submit(slow)\nfuture.result()", 1),
        ("future = asyncio.create_task(x())\nawait future\nfuture.result()", 0),
        ("cache.get('x')", 1),
        ("caches['default'].set('x', 1)", 1),
        ("await cache.aget('x')", 0),
        ("await asyncio.to_thread(time.sleep, 1)", 0),
        ("await sync_to_async(slow)()", 0),
        ("def work():\n    time.sleep(1)\nawait asyncio.to_thread(work)", 0),
        ("await asyncio.sleep(1)", 0),
        ("later(lambda: time.sleep(1))", 0),
    ],
)
def test_a_blocking_call_is_reported(tmp_path, body, count):
    text = (
        "import redis\nimport redis.asyncio as aioredis\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from django.core.cache import cache, caches\n"
        "CLIENT = redis.Redis()\nPOOL = ThreadPoolExecutor()\n"
        "def slow():\n    time.sleep(1)\n"
    )
    remote = 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}\n'
    more = {"config/settings.py": remote}.items()
    assert len(report(tmp_path, "blocking-in-async", text + method(body), more)) == count


def test_the_blocking_calls_of_a_function_are_one_finding_with_all_fixes(tmp_path):
    text = method("time.sleep(1)\nrequests.get('x')")
    assert report(tmp_path, "blocking-in-async", text) == ["warning"]
    [found] = RULES["blocking-in-async"].check(Project(str(tmp_path)))
    line = found.location.line + 1
    assert found.message.endswith(f"It also blocks them in line {line}.")
    assert "+await asyncio.sleep(1)" in found.fix
    assert "+await asyncio.to_thread(requests.get, 'x')" in found.fix


def test_the_calls_that_async_to_sync_gets_are_one_finding(tmp_path):
    call = "async_to_sync(self.channel_layer.group_{}('x', self.channel_name))"
    body = "\n".join(map(call.format, ["add", "discard"]))
    text = "from asgiref.sync import async_to_sync\n" + method(body, "WebsocketConsumer")
    assert report(tmp_path, "await-missing", text) == ["error"]
    [found] = RULES["await-missing"].check(Project(str(tmp_path)))
    assert found.fix.count("+async_to_sync(self.channel_layer.") == len(["add", "discard"])


def test_an_answer_in_parts_needs_an_asynchronous_client(tmp_path):
    text = method("answer = requests.post('x', stream=True)\nanswer.iter_lines()")
    assert report(tmp_path, "blocking-in-async", text) == ["warning"]
    [found] = RULES["blocking-in-async"].check(Project(str(tmp_path)))
    assert "async for" in found.fix
    assert "to_thread" not in found.fix


@pytest.mark.parametrize(
    ("python", "line", "fixed"),
    [
        (
            "3.12",
            "x = requests.get('x').json()",
            "x = (await asyncio.to_thread(requests.get, 'x')).json()",
        ),
        (
            "3.8",
            "x = requests.get('x')",
            "x = await sync_to_async(requests.get, thread_sensitive=False)('x')",
        ),
        (
            "3.8 asgiref==2.3.0",
            "x = requests.get('x')",
            "x = await sync_to_async(requests.get)('x')",
        ),
    ],
)
def test_the_fix_of_a_blocking_call_runs_with_the_project_s_python(tmp_path, python, line, fixed):
    python, _, requirements = python.partition(" ")
    more = {"runtime.txt": f"python-{python}.1\n", "requirements.txt": f"{requirements}\n"}
    assert report(tmp_path, "blocking-in-async", method(line), more) == ["warning"]
    [found] = RULES["blocking-in-async"].check(Project(str(tmp_path)))
    assert found.fix == f"-{line}\n+{fixed}"


FETCH = """
import requests
def fetch():
    requests.get("http://x")
async def page(request):
    fetch()
"""


def test_the_calls_that_lead_to_one_blocking_call_are_one_finding(tmp_path):
    text = f"from chat.views import fetch\n{method('fetch()')}"
    assert report(tmp_path, "blocking-in-async", text, views=FETCH) == ["warning"]
    [found] = RULES["blocking-in-async"].check(Project(str(tmp_path)))
    assert found.message.endswith("So does the call in chat/views.py:6.")


@pytest.mark.parametrize(("served", "count"), [("", 0), ("import bot\n", 1)])
def test_a_program_that_the_server_does_not_import_may_block_its_loop(tmp_path, served, count):
    bot = "import time\nasync def start(update, context):\n    time.sleep(1)\n"
    files = {"bot.py": f"{bot}if __name__ == '__main__':\n    Bot(start).run()\n"}
    assert len(report(tmp_path, "blocking-in-async", served, files.items())) == count


@pytest.mark.parametrize(("line", "count"), [("PROGRAM = 'judge.py'\n", 0), ("import judge\n", 1)])
def test_a_program_that_the_server_names_by_its_file_is_another_process(tmp_path, line, count):
    judge = "import time\nasync def judge():\n    time.sleep(1)\n"
    files = {"judge.py": f"{judge}if __name__ == '__main__':\n    Worker(judge).run()\n"}
    assert len(report(tmp_path, "blocking-in-async", line, files.items())) == count


@pytest.mark.parametrize(("line", "count"), [("", 0), ("import worker\n", 1)])
def test_the_calls_of_another_program_are_not_those_of_the_server(tmp_path, line, count):
    judge = "import time\nasync def judge():\n    time.sleep(1)\n"
    views = "import asyncio\nfrom judge import judge\n\ndef view(request):\n"
    files = {
        "judge.py": judge,
        "views.py": f"{views}    asyncio.run(judge())\n",
        "worker.py": "from judge import judge\nWorker(judge).run()\n",
    }
    served = f"import views\n{line}"
    assert len(report(tmp_path, "blocking-in-async", served, files.items())) == count


SCAN = "async def scan():\n    time.sleep(1)\nSCANS = [scan]\n"


@pytest.mark.parametrize(
    ("served", "head", "start", "count"),
    [
        ("", "", "asyncio.run(serve(SCANS))", 0),
        ("", "", "asyncio.get_event_loop().run_until_complete(serve(SCANS))", 0),
        ("", "", "serve(SCANS)", 1),
        ("", "import django\n", "asyncio.run(serve(SCANS))", 1),
        ("import agent.scanner\n", "", "asyncio.run(serve(SCANS))", 1),
    ],
)
def test_a_program_with_its_own_loop_may_block_it_beside_imports_that_are_unknown(
    tmp_path, served, head, start, count
):
    files = {
        "agent/__init__.py": "",
        "agent/scanner.py": f"{head}import time\n{SCAN}",
        "agent/cli.py": f"import asyncio\nfrom .scanner import SCANS\n{start}\n",
    }
    text = f"{served}import importlib\nplugin = importlib.import_module(load())\n"
    assert len(report(tmp_path, "blocking-in-async", text, files.items())) == count


@pytest.mark.parametrize(
    ("backend", "count"),
    [
        ("djcelery_email.backends.CeleryEmailBackend", 0),
        ("django.core.mail.backends.console.EmailBackend", 0),
        ("django.core.mail.backends.smtp.EmailBackend", 1),
    ],
)
def test_mail_blocks_where_its_backend_waits_for_a_server(tmp_path, backend, count):
    text = "from django.core.mail import send_mail\n" + method("send_mail('a', 'b', 'c', ['d'])")
    more = {"config/settings.py": f"\nEMAIL_BACKEND = {backend!r}\n"}
    assert len(report(tmp_path, "blocking-in-async", text, more)) == count


PROVIDER = """\
import time
class Provider:
    def process(self):
        raise NotImplementedError
    def run(self):
        output = {}self.process()
        return output
class Image(Provider):
    async def process(self):
        time.sleep(1)
"""


@pytest.mark.parametrize(("call", "count"), [("", 0), ("yield ", 1)])
def test_a_coroutine_that_a_plain_method_never_awaits_blocks_no_loop(tmp_path, call, count):
    provider = PROVIDER.format(call)
    served = "import chat.provider\n"
    assert len(report(tmp_path, "blocking-in-async", served, provider=provider)) == count


THREAD = """
def in_new_loop(work):
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever).start()
    return asyncio.run_coroutine_threadsafe(work, loop)
class Worker:
    def __init__(self, loop):
        self.loop = {loop}
    def start(self):
        self.loop.create_task(self._walk())
    async def _walk(self):
        time.sleep(1)
class Chat(AsyncWebsocketConsumer):
    async def receive(self, text_data=None):
        self.task = {run}(self.{name}())
    async def {name}(self):
        time.sleep(1)
"""
NEW = "asyncio.new_event_loop()"


@pytest.mark.parametrize(
    ("loop", "run", "name", "count"),
    [
        (NEW, "in_new_loop", "_answer", 0),
        ("loop", "in_new_loop", "_answer", 1),
        (NEW, "asyncio.create_task", "_answer", 1),
        (NEW, "in_new_loop", "answer", 1),
    ],
)
def test_a_coroutine_may_block_a_loop_of_another_thread(tmp_path, loop, run, name, count):
    text = THREAD.format(loop=loop, run=run, name=name)
    assert len(report(tmp_path, "blocking-in-async", text)) == count


REMOTE = 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}\n'


@pytest.mark.parametrize(
    ("backend", "severity", "symptom"),
    [
        ("redis.RedisCache", "info", "While the server of the cache does not answer"),
        ("db.DatabaseCache", None, ""),
        ("filebased.FileBasedCache", None, ""),
    ],
)
def test_the_calls_of_a_cache_have_one_cause_in_a_project_and_are_quick_on_a_server_for_caches(
    tmp_path, backend, severity, symptom
):
    text = "from django.core.cache import cache\n" + method("cache.get('x')")
    more = {"config/settings.py": REMOTE.replace("redis.RedisCache", backend)}.items()
    assert report(tmp_path, "blocking-in-async", text, more) == [severity or "warning"]
    (finding,) = RULES["blocking-in-async"].check(Project(str(tmp_path)))
    assert (finding.cause, finding.severity) == (("cache",), severity)
    assert (finding.symptom or "").startswith(symptom)


def test_a_plain_function_that_is_awaited_gets_no_second_await(tmp_path):
    text = "def slow(x):\n    time.sleep(x)\n" + method("await slow(1)")
    report(tmp_path, "blocking-in-async", text)
    (finding,) = RULES["blocking-in-async"].check(Project(str(tmp_path)))
    assert "+await asyncio.to_thread(slow, 1)" in finding.fix


@pytest.mark.parametrize(("target", "count"), [("asyncio.run", 0), ("asyncio.create_task", 1)])
def test_a_coroutine_may_block_the_loop_that_a_thread_runs(tmp_path, target, count):
    start = f"threading.Thread(target={target}, args=(self._work(),)).start()"
    text = (
        "import threading\n"
        + method(start)
        + "\n    async def _work(self):\n        time.sleep(1)\n"
    )
    assert len(report(tmp_path, "blocking-in-async", text)) == count


def test_a_cache_in_memory_does_not_block(tmp_path):
    text = "from django.core.cache import cache\n" + method("cache.get('x')")
    assert report(tmp_path, "blocking-in-async", text) == []


@pytest.mark.parametrize(("decorator", "count"), [("@api_view(['GET'])\n", 0), ("", 1)])
def test_a_coroutine_that_django_rest_framework_does_not_await_is_ignored(
    tmp_path, decorator, count
):
    head = "import time\nfrom rest_framework.decorators import api_view\n"
    views = f"{head}{decorator}async def page(request):\n    time.sleep(1)\n"
    assert len(report(tmp_path, "blocking-in-async", "import chat.views\n", views=views)) == count


def test_a_synchronous_consumer_may_block_its_thread(tmp_path):
    assert report(tmp_path, "blocking-in-async", method("time.sleep(1)", "WebsocketConsumer")) == []


def test_a_script_with_its_own_event_loop_may_block(tmp_path):
    script = "import asyncio, time\nasync def main():\n    time.sleep(1)\nasyncio.run(main())"
    assert report(tmp_path, "blocking-in-async", "", script=script) == []


CLIENT = """\
import asyncio, time
class Client:
    def __init__(self):
        self.steps = {"first": self.fetch}
    async def fetch(self):
        time.sleep(1)
    async def walk(self):
        await self.steps["first"]()
    async def never_used(self):
        await self.fetch()
"""
RUN = """\
import asyncio
from chat.client import Client
class Page(View):
    def get(self, request):
        async def both():
            await asyncio.gather(Client().walk())
        asyncio.new_event_loop().run_until_complete(both())
"""
STEPS = """
def show_steps(client, loop):
    steps = client.walk()
    return {}
"""


@pytest.mark.parametrize(
    ("client", "more", "count"),
    [
        (CLIENT, RUN, 0),
        (
            CLIENT,
            RUN + "async def answer(request):\n    await Client().walk()\nVIEWS = [answer]\n",
            1,
        ),
        (CLIENT, RUN + "def start(loop):\n    loop.create_task(Client().walk())\n", 1),
        (CLIENT, RUN + "from chat import other\nPAGES = [other.walk]\n", 0),
        (CLIENT, RUN + "def steps(dog):\n    found = dog.walk()\n    return show(found)\n", 0),
        (CLIENT, RUN + "def steps(c):\n    found = c.walk()\n    create_task(found)\n", 1),
        (CLIENT, RUN + "def other(view):\n    view.both()\n", 0),
        (CLIENT, RUN + STEPS.format("loop.run_until_complete(steps.__anext__())"), 0),
        (CLIENT, RUN + STEPS.format("loop.create_task(steps)"), 1),
        (CLIENT, "", 1),
        (CLIENT.replace("Client:", "Client(View):"), RUN, 1),
        (CLIENT.replace("    async def walk", "    @action\n    async def walk"), RUN, 1),
    ],
)
def test_a_coroutine_may_block_the_loop_that_runs_it_alone(tmp_path, client, more, count):
    other = "async def walk(request):\n    pass\n"
    files = {
        "chat/other.py": other,
        "chat/client.py": client,
        "chat/pages.py": more.format(client="chat.client"),
    }
    served = "import chat.client, chat.pages\n"
    assert len(report(tmp_path, "blocking-in-async", served, files.items())) == count


@pytest.mark.parametrize(("kind", "rule"), [("", "method-kind"), ("Async", None)])
def test_a_method_that_must_be_plain_keeps_its_synchronous_calls(tmp_path, kind, rule):
    text = (
        f"class Chat({kind}WebsocketConsumer):\n"
        f"    {'async ' if kind else ''}def connect(self):\n        pass\n"
        "    async def disconnect(self, code):\n"
        "        async_to_sync(self.channel_layer.group_discard)('a', self.channel_name)\n"
    )
    assert report(tmp_path, "method-kind", text) == (["error"] if rule else [])
    found = list(RULES["async-to-sync-in-async"].check(Project(str(tmp_path))))
    assert bool(found) is not bool(rule)


@pytest.mark.parametrize(
    ("helper", "count"),
    [
        ("def rows(self):\n    return [1]", 1),
        ("@staticmethod\ndef rows():\n    if now():\n        return {}\n    return {1: 2}", 1),
        ("def rows(self):\n    return f'{self.name}'", 1),
        ("async def rows(self):\n    return [1]", 0),
        ("@sync_to_async\ndef rows(self):\n    return [1]", 0),
        ("def rows(self):\n    return load()", 0),
        ("def rows(self):\n    return [1] if self.one else load()", 0),
        ("def rows(self):\n    return [each for each in Room.objects.all()]", 0),
        (
            "def rows(self):\n    return [1]\ndef __init__(self):\n    self.rows = wrap(self.rows)",
            0,
        ),
        ("def rows(self):\n    return [1]\nclass Other(Chat):\n    async def rows(self): ...", 0),
    ],
)
def test_an_awaited_list_of_a_plain_function_is_reported(tmp_path, helper, count):
    text = method("found = await self.rows()") + "\n" + textwrap.indent(helper, "    ")
    assert len(report(tmp_path, "method-kind", text)) == count
    found = list(RULES["method-kind"].check(Project(str(tmp_path))))
    assert [each.fix for each in found] == [
        "-found = await self.rows()\n+found = self.rows()"
    ] * count
