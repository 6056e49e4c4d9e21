"""A project under examination: everything that a rule may ask."""

from __future__ import annotations

import ast
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Iterator

from .asgi.middleware import Stack
from .asgi.source_routes import Route, find_routes
from .channels.consumers import Consumer, find_consumers
from .deployment.command_files import read_commands
from .files import File, beside, walk
from .packages.pinned_versions import pinned
from .packages.vendored_library import Vendored
from .python.modules import Module, Node, Unparsed, parse
from .python.names import Names
from .settings.project_settings import Setting, Settings

if TYPE_CHECKING:
    from .deployment.commands import Command

LAYER = "channels.layers.get_channel_layer"


class Project:
    """The files below a root, as trees; what Django has seen (`facts`); what clients have seen (`live`).

    `facts` and `live` are empty when those depths were not reached. `root` None is a project without files. `library`
    is the release and the digest of the library that is known outside, None when nobody has told them.
    """

    def __init__(
        self,
        root: str | None,
        settings: str | None = None,
        facts: dict[str, Any] | None = None,
        live: dict[str, Any] | None = None,
        library: dict[str, Any] | None = None,
    ) -> None:
        self.files: list[File] = walk(root) if root else []
        self.facts: dict[str, Any] = facts or {}
        self.live: dict[str, Any] = live or {}
        parsed = [parse(file) for file in self.files if file.path.endswith(".py")]
        self.modules = [each for each in parsed if isinstance(each, Module)]
        self.unparsed = [each for each in parsed if isinstance(each, Unparsed)]
        self.consumers: list[Consumer] = find_consumers(self.modules)
        self.routes: list[Route] = find_routes(self.modules, [each.name for each in self.consumers])
        name = self.facts.get("settings_module") or settings
        self.settings = Settings(self.modules, self.module, name, self.facts)
        self.deployment: list[File] = [*self.files, *(beside(root) if root else [])]
        self._pins = pinned(self.deployment)
        self.vendored = Vendored(root, library)

    def module(self, name: str) -> Module | None:
        """Return the module of a dotted name: as seen from the root, else the only one that ends so (`src/`)."""
        exact = [each for each in self.modules if each.name == name]
        inner = [each for each in self.modules if each.name.endswith("." + name)]
        found = exact or (inner if len(inner) == 1 else [])
        return found[0] if name and found else None

    def setting(self, name: str) -> Setting:
        """Return a setting: Django's real value if that is known, else what the files say."""
        return self.settings[name]

    def all(self, kind: type[Node]) -> Iterator[tuple[Module, Node]]:
        """Yield the nodes of a kind in every module but the tests, with their module."""
        for module in self.code:
            yield from ((module, node) for node in module.all(kind))

    @property
    def code(self) -> list[Module]:
        """Return the modules that run in production: no tests."""
        return [module for module in self.modules if not is_test(module.path)]

    @property
    def tests(self) -> list[Module]:
        """Return the modules of tests."""
        return [module for module in self.modules if is_test(module.path)]

    @property
    def asgi(self) -> list[Module]:
        """Return the module of ASGI_APPLICATION; where that is unknown, every one that makes a ProtocolTypeRouter."""
        target = self.setting("ASGI_APPLICATION").value
        named = self.module(target.rpartition(".")[0]) if isinstance(target, str) else None
        if named:
            return [named]
        makers = [
            each for each in self.code if any(each.calls("channels.routing.ProtocolTypeRouter"))
        ]
        return makers or [each for each in self.code if each.path.split("/")[-1] == "asgi.py"]

    @cached_property
    def commands(self) -> list[Command]:
        """Return the commands that the deployment files start."""
        return read_commands(self.deployment)

    @cached_property
    def names(self) -> Names:
        """Return what the names of the project stand for."""
        return Names(self)

    @cached_property
    def stack(self) -> Stack:
        """Return what stands between the server and the WebSocket routes."""
        return Stack(self)

    @property
    def uses_sockets(self) -> bool:
        """Return whether the project has consumers or WebSocket routes at all."""
        return bool(self.consumers or self.routes or self.facts.get("routes"))

    def version(self, distribution: str) -> tuple[int, ...] | None:
        """Return the installed version of a distribution, else the one that its requirements pin."""
        text = (self.facts.get("versions") or {}).get(distribution) or self._pins.get(distribution)
        return numbers(text) if text else None

    @property
    def layer(self) -> dict[str, Any]:
        """Return CHANNEL_LAYERS["default"], as far as it is known."""
        layers = self.setting("CHANNEL_LAYERS").value
        default = layers.get("default") if isinstance(layers, dict) else None
        return default if isinstance(default, dict) else {}

    @property
    def backend(self) -> str:
        """Return the dotted name of the default layer's class, "" if unknown."""
        name = self.layer.get("BACKEND")
        return name if isinstance(name, str) else ""

    def uses_layer(self) -> Iterator[tuple[Module, ast.AST]]:
        """Yield where the code speaks to the channel layer."""
        for module, call in self.all(ast.Call):
            if module.qualified(call.func) == LAYER:
                yield module, call
        for module, attribute in self.all(ast.Attribute):
            if attribute.attr in {"group_add", "group_send"}:
                yield module, attribute


def is_test(path: str) -> bool:
    """Return whether a path is one of tests: `tests/x.py`, `test_x.py`, `tests.py`, `conftest.py`."""
    *folders, name = path.split("/")
    return bool({"tests", "test", "testing"} & set(folders)) or name.startswith(
        ("test_", "tests.", "conftest.")
    )


def numbers(text: str) -> tuple[int, ...]:
    """Return a version's leading numbers: `4.2.2rc1` is (4, 2, 2)."""
    plain = re.match(r"\d{1,9}(\.\d{1,9})*", text)
    return tuple(map(int, plain.group().split("."))) if plain else ()
