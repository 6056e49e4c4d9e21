"""Calls that wait for a network, a process or a clock, and block the thread meanwhile."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..settings.deployed_settings import settings_named
from .expressions import attribute_name, variable_name, walk_body
from .nodes import walk

if TYPE_CHECKING:
    from ..project import Project
    from ..settings.project_settings import Setting
    from .modules import Function, Module

SLEEP = "time.sleep"
HTTP = ("get", "post", "put", "patch", "delete", "head", "options", "request")
PROCESSES = ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")
MAIL = ("send_mail", "send_mass_mail", "mail_admins", "mail_managers")
BLOCKING = {
    SLEEP,
    "os.system",
    "urllib.request.urlopen",
    "urllib.request.urlretrieve",
    "smtplib.SMTP",
    "smtplib.SMTP_SSL",
    "socket.create_connection",
    *(f"requests.{name}" for name in HTTP),
    *(f"httpx.{name}" for name in HTTP),
    *(f"subprocess.{name}" for name in PROCESSES),
}
MAIL_CALLS = {f"django.core.mail.{name}" for name in MAIL}
# Parts of the names of EMAIL_BACKENDs that do not wait for a mail server.
LOCAL_MAIL = ("console", "locmem", "filebased", "dummy", "celery", "post_office", "mailer")
# What makes a client whose methods wait for a server, and the methods that do not.
REDIS_LAZY = {"pipeline", "pubsub", "lock", "register_script"}
CLIENTS = {
    "redis.Redis": REDIS_LAZY,
    "redis.StrictRedis": REDIS_LAZY,
    "redis.from_url": REDIS_LAZY,
    "redis.Redis.from_url": REDIS_LAZY,
    "redis.StrictRedis.from_url": REDIS_LAZY,
    "redis.client.Redis": REDIS_LAZY,
    "django_redis.get_redis_connection": REDIS_LAZY,
    "requests.Session": {"mount", "close"},
    "requests.session": {"mount", "close"},
    "httpx.Client": {"close"},
}
POOLS = ("ThreadPoolExecutor", "ProcessPoolExecutor")
CACHES = ("django.core.cache.cache", "django.core.cache.caches")
CACHE_METHODS = {
    "get", "set", "add", "delete", "get_or_set", "touch", "incr", "decr", "has_key", "clear",
    "get_many", "set_many", "delete_many",
}  # fmt: skip
SLOW_CACHES = ("db.DatabaseCache", "filebased.FileBasedCache")
LOCAL_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")


class BlockingCall(NamedTuple):
    """A blocking call, and its name."""

    node: ast.Call
    name: str


class BlockingCalls:
    """Finds the blocking calls in functions."""

    def __init__(self, project: Project) -> None:
        self._project = project
        caches = settings_named(project, "CACHES")
        self._has_remote_cache = any(map(_is_remote, caches))
        mail = settings_named(project, "EMAIL_BACKEND")
        self._blocking = BLOCKING if all(map(_is_local_mail, mail)) else BLOCKING | MAIL_CALLS

    def in_function(self, module: Module, function: Function) -> list[BlockingCall]:
        """Return the blocking calls in a function's own body."""
        return [
            BlockingCall(node, name)
            for node in walk_body(function.body)
            if isinstance(node, ast.Call)
            for name in self._names(module, function, node)
        ]

    def _names(self, module: Module, function: Function, call: ast.Call) -> Iterator[str]:
        """Yield the name of a call that blocks."""
        name = module.full_name(call.func)
        if name in self._blocking and _is_imported(module, call.func):
            yield name
        elif isinstance(call.func, ast.Attribute):
            holder, method = call.func.value, call.func.attr
            maker = self._maker(module, function, holder)
            is_awaited = isinstance(module.parents.get(call), ast.Await)
            if maker in CLIENTS and method not in CLIENTS[maker] and not is_awaited:
                yield f"{maker}().{method}"
            elif self._has_remote_cache and method in CACHE_METHODS and _is_cache(module, holder):
                yield f"cache.{method}"
            elif method == "result" and self._is_future(module, function, holder):
                yield "Future.result"

    def _value(self, module: Module, function: Function, node: ast.AST) -> tuple[Module, ast.AST]:
        """Return the value of a local variable, of an attribute of `self`, or of a global name."""
        around: ast.AST = function
        if attribute_name(node) and variable_name(node.value) == "self":  # type: ignore[attr-defined]
            cls = self._project.resolver.enclosing_class(module, node)
            around = cls.node if cls else function
        text = ast.dump(node)
        values = [
            each.value
            for each in walk(around)
            if isinstance(each, ast.Assign)
            and ast.dump(each.targets[0]).replace("Store()", "Load()") == text
        ]
        if len(values) == 1:
            return module, values[0]
        return self._project.resolver.value(module, node)

    def _maker(self, module: Module, function: Function, node: ast.AST) -> str:
        """Return the name of the function that made an object, "" when that is unknown."""
        owner, value = self._value(module, function, node)
        return owner.full_name(value.func) if isinstance(value, ast.Call) else ""

    def _is_future(self, module: Module, function: Function, node: ast.AST) -> bool:
        """Return whether an object is what `submit()` of a pool, or another thread, returns."""
        owner, value = self._value(module, function, node)
        if not isinstance(value, ast.Call):
            return False
        if owner.full_name(value.func) == "asyncio.run_coroutine_threadsafe":
            return True
        is_submit = attribute_name(value.func) == "submit"
        pool = value.func.value if is_submit else None  # type: ignore[attr-defined]
        maker = self._maker(owner, function, pool) if pool is not None else ""
        return maker.split(".")[-1] in POOLS


def has_slow_cache(project: Project) -> bool:
    """Return whether a default cache is a table or a folder, not a server for caches."""
    defaults = (each.mapping.get("default") for each in settings_named(project, "CACHES"))
    backends = [each.get("BACKEND") for each in defaults if isinstance(each, dict)]
    return any(str(each).endswith(SLOW_CACHES) for each in backends)


def _is_remote(caches: Setting) -> bool:
    """Return whether the default cache is certainly in another process."""
    default = caches.mapping.get("default")
    backend = default.get("BACKEND") if isinstance(default, dict) else None
    return isinstance(backend, str) and not backend.endswith(LOCAL_CACHES)


def _is_local_mail(backend: Setting) -> bool:
    """Return whether sending mail certainly waits for no server."""
    return any(each in str(backend.value) for each in LOCAL_MAIL)


def _is_cache(module: Module, node: ast.AST) -> bool:
    return module.full_name(node.value if isinstance(node, ast.Subscript) else node) in CACHES


def _is_imported(module: Module, function: ast.AST) -> bool:
    """Return whether the name is imported: `requests` may also be a variable."""
    root = function
    while isinstance(root, ast.Attribute):
        root = root.value
    return variable_name(root) in module.imports
