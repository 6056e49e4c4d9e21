"""What a server prints when it cannot import its application."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .servers import Server

NO_MODULE = "ModuleNotFoundError: No module named"
UVICORN = "Error loading ASGI app. "
HYPERCORN = "Cannot load application from '{application}', "
# The texts of servers that have their own, for a module, an attribute and a name without a colon.
OF_MODULE = {
    "uvicorn": UVICORN + 'Could not import module "{module}".',
    "hypercorn": HYPERCORN + "module not found.",
    "granian": "RuntimeError: Could not import '{module}'.",
}
OF_ATTRIBUTE = {
    "uvicorn": UVICORN + 'Attribute "{attribute}" not found in module "{module}".',
    "hypercorn": HYPERCORN + "application not found.",
    "gunicorn": "Failed to find attribute '{attribute}' in '{module}'.",
}
OF_FORM = {
    "uvicorn": UVICORN + 'Import string "{application}" must be in format "<module>:<attribute>".',
    "daphne": "ValueError: not enough values to unpack (expected 2, got 1)",
}


def module_error(server: Server, missing: str) -> str:
    """Return the error for a server's module, or a package of it, that does not exist."""
    error = f"{NO_MODULE} '{missing}'"
    return _text(server, OF_MODULE, error) if missing == server.module else error


def attribute_error(server: Server) -> str:
    """Return the error for a module without the application."""
    error = f"AttributeError: module '{server.module}' has no attribute '{server.attribute}'"
    return _text(server, OF_ATTRIBUTE, error)


def form_error(server: Server) -> str:
    """Return the error for a name without the colon."""
    return _text(server, OF_FORM, module_error(server, server.module))


def _text(server: Server, texts: dict[str, str], usual: str) -> str:
    text = texts.get(server.command.program)
    names = {"application": server.application, "module": server.module}
    return text.format(attribute=server.attribute, **names) if text else usual
