"""The imports that the new lines of a diff need."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .diffs import is_diff

if TYPE_CHECKING:
    from .python.modules import Module

# The names that fixes use, and their modules; "" for a module itself.
IMPORTS = {
    "AllowedHostsOriginValidator": "channels.security.websocket",
    "AsyncJsonWebsocketConsumer": "channels.generic.websocket",
    "AsyncWebsocketConsumer": "channels.generic.websocket",
    "AuthMiddlewareStack": "channels.auth",
    "JsonWebsocketConsumer": "channels.generic.websocket",
    "OriginValidator": "channels.security.websocket",
    "ProtocolTypeRouter": "channels.routing",
    "StopConsumer": "channels.exceptions",
    "SessionMiddlewareStack": "channels.sessions",
    "URLRouter": "channels.routing",
    "WebsocketConsumer": "channels.generic.websocket",
    "async_to_sync": "asgiref.sync",
    "asyncio": "",
    "database_sync_to_async": "channels.db",
    "sync_to_async": "asgiref.sync",
    "get_asgi_application": "django.core.asgi",
    "hashlib": "",
    "json": "",
    "os": "",
    "pytest": "",
    "re_path": "django.urls",
    "transaction": "django.db",
}
FOLLOWED = dict.fromkeys(("asyncio", "hashlib", "json", "os", "pytest", "transaction"), r"\.\w+")


def with_imports(module: Module | None, fix: str) -> str:
    """Return a fix with the imports that its new lines need and its file does not have."""
    lines = fix.splitlines()
    if module is None or not is_diff(fix):
        return fix
    added = "\n".join(line for line in lines if line.startswith("+"))
    old = "\n".join(line for line in lines if line.startswith(("-", " ")))
    needed = [
        _import_of(owner, name)
        for name, owner in IMPORTS.items()
        if _uses(added, name) and not _uses(old, name) and not _is_bound(module, name)
    ]
    header = lines[:1] if lines[0].startswith("@@") else []
    return "\n".join([*header, *(f"+{each}" for each in needed), *lines[len(header) :]])


def _import_of(owner: str, name: str) -> str:
    return f"from {owner} import {name}" if owner else f"import {name}"


def _uses(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w.\"'/]){name}{FOLLOWED.get(name, '')}(?!\w)", text))


def _is_bound(module: Module, name: str) -> bool:
    """Return whether a module imports, sets or defines a name."""
    if name in module.imports:
        return True
    stored = (each for each in module.find_all(ast.Name) if isinstance(each.ctx, ast.Store))
    defined = (each for each in module.nodes if isinstance(each, (ast.ClassDef, ast.FunctionDef)))
    return any(each.id == name for each in stored) or any(each.name == name for each in defined)
