"""A project under examination: its files, syntax trees, settings and routes."""

from __future__ import annotations

import ast
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Iterator

from .asgi.source_routes import Route, find_routes
from .channels.api import GET_CHANNEL_LAYER, PROTOCOL_ROUTER
from .channels.consumers import find_consumers
from .deployment.command_files import read_commands
from .file_selection import Selection, select_files
from .files_above import files_above
from .load_failure import load_failure
from .packages.pinned_versions import pinned_versions
from .packages.vendored_library import VendoredLibrary
from .packages.version_numbers import parse_version
from .python.modules import Module, Node
from .python.parsing import UnparsedFile, parse_module
from .python.resolver.classes import Resolver
from .settings.project_settings import Settings, assigned_text

if TYPE_CHECKING:
    from .deployment.commands import Command
    from .files import File
    from .packages.pinned_versions import Pin
    from .python.definitions import Definition


class Project:
    """The examined project.

    `root` is its folder, None for a site that is known by its address alone. `facts` is what
    Django showed when the inspector loaded the project, `live` what clients saw; each is empty
    when that depth was not reached. `library` is the release and the digest of the library that
    the vendored one is compared with, None to leave the comparison out. `top` is the folder that
    was given to find the project in; deployment files may be there.
    """

    top: str | None = None

    def __init__(
        self,
        root: str | None,
        settings: str | None = None,
        facts: dict[str, Any] | None = None,
        live: dict[str, Any] | None = None,
        library: dict[str, Any] | None = None,
    ) -> None:
        self.facts: dict[str, Any] = facts or {}
        self.load_failure = load_failure(self.facts)
        self.live: dict[str, Any] = live or {}
        selection = select_files(root) if root else Selection([], [])
        self.files: list[File] = selection.files
        # What was not read, as sentences: too many, too large or unreadable files.
        self.limits: list[str] = selection.limits
        parsed = [parse_module(file) for file in self.files if file.path.endswith(".py")]
        self.modules = [each for each in parsed if isinstance(each, Module)]
        self.unparsed_files = [each for each in parsed if isinstance(each, UnparsedFile)]
        self.resolver = Resolver(self.modules, root or "")
        self.consumers: list[Definition] = find_consumers(self.modules)
        self.routes: list[Route] = find_routes(
            self.modules, self.resolver, [each.name for each in self.consumers]
        )
        settings_module = self.facts.get("settings_module") or settings
        self.settings = Settings(
            self.modules, self.resolver.find_module, settings_module, self.facts
        )
        self.vendored_library = VendoredLibrary(root, library)
        self._installed_versions: dict[str, str] = self.facts.get("versions") or {}
        self.root = root

    @cached_property
    def deployment_files(self) -> list[File]:
        """Return the files of the project, and those of its deployment above it."""
        return [*self.files, *(files_above(self.root, self.top) if self.root else [])]

    @property
    def folders(self) -> list[str]:
        """Return the names of the folders that lead to the project, its own last."""
        return self.root.replace(os.sep, "/").split("/") if self.root else []

    @cached_property
    def pins(self) -> dict[str, Pin]:
        """Return the exact versions in requirement and lock files, by distribution."""
        return pinned_versions(self.deployment_files)

    @property
    def production_modules(self) -> list[Module]:
        """Return the modules that are not tests."""
        return [module for module in self.modules if not module.is_test]

    @property
    def test_modules(self) -> list[Module]:
        """Return the modules of tests."""
        return [module for module in self.modules if module.is_test]

    @property
    def production_consumers(self) -> list[Definition]:
        """Return the consumers that no test defines."""
        return [consumer for consumer in self.consumers if not consumer.module.is_test]

    def find_all(self, *types: type[Node]) -> Iterator[tuple[Module, Node]]:
        """Yield the syntax nodes of some types in the production modules, with their modules."""
        for module in self.production_modules:
            yield from ((module, node) for node in module.find_all(*types))

    def calls(self, *names: str) -> Iterator[tuple[Module, ast.Call]]:
        """Yield the calls of functions with these full names in the production modules."""
        for module in self.production_modules:
            yield from ((module, call) for call in module.calls(*names))

    @property
    def asgi_modules(self) -> list[Module]:
        """Return the module of ASGI_APPLICATION.

        Where that is unknown: the modules that make a ProtocolTypeRouter, else each `asgi.py`.
        """
        target = self.settings["ASGI_APPLICATION"].value
        if not isinstance(target, str):
            target = assigned_text(self.production_modules, "ASGI_APPLICATION")
        named = self.resolver.find_module(target.rpartition(".")[0])
        if named:
            return [named]
        makers = [each for each in self.production_modules if any(each.calls(PROTOCOL_ROUTER))]
        return makers or [
            each for each in self.production_modules if each.path.split("/")[-1] == "asgi.py"
        ]

    @cached_property
    def commands(self) -> list[Command]:
        """Return the commands in the deployment files."""
        return read_commands(self.deployment_files)

    @property
    def uses_websockets(self) -> bool:
        """Return whether the project has consumers or WebSocket routes."""
        return bool(self.consumers or self.routes or self.facts.get("routes"))

    def version(self, distribution: str) -> tuple[int, ...] | None:
        """Return the installed version of a distribution, else the one that the project pins."""
        pin = self.pins.get(distribution)
        text = self._installed_versions.get(distribution) or (pin.version if pin else "")
        return parse_version(text) if text else None

    def version_depth(self, distribution: str) -> str:
        """Return the depth at which the version of a distribution is known."""
        return "settings" if distribution in self._installed_versions else "source"

    @property
    def default_layer(self) -> dict[str, Any]:
        """Return CHANNEL_LAYERS["default"], empty when it is unknown."""
        default = self.settings["CHANNEL_LAYERS"].mapping.get("default")
        return default if isinstance(default, dict) else {}

    @property
    def default_backend(self) -> str:
        """Return the dotted name of the default layer's class, "" when it is unknown."""
        name = self.default_layer.get("BACKEND")
        return name if isinstance(name, str) else ""

    def layer_uses(self) -> Iterator[tuple[Module, ast.AST]]:
        """Yield the nodes that use the channel layer."""
        yield from self.calls(GET_CHANNEL_LAYER)
        for module, attribute in self.find_all(ast.Attribute):
            if attribute.attr in {"group_add", "group_send"}:
                yield module, attribute
