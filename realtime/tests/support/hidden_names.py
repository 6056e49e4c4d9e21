"""Names of other packages that channels_realtime does not find, as if a release lacked them.

The packages themselves keep finding them. `python -m support.hidden_names ARGUMENTS` runs the
server HIDDEN_SERVER without the names in HIDDEN_NAMES: "module:Class.name", separated by spaces.
"""

import inspect
import os
import sys
from importlib import import_module
from typing import Any

MISSING = object()


class HiddenName:
    """A descriptor that raises AttributeError when channels_realtime asks for the attribute."""

    def __init__(self, owner: type, name: str) -> None:
        self.name, self.original = name, inspect.getattr_static(owner, name, MISSING)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if sys._getframe(1).f_globals["__name__"].startswith("channels_realtime."):
            raise AttributeError(self.name)
        if instance is not None and self.name in vars(instance):
            return vars(instance)[self.name]
        if self.original is MISSING:
            raise AttributeError(self.name)
        if hasattr(self.original, "__get__"):
            return self.original.__get__(instance, owner)
        return self.original

    def __set__(self, instance: Any, value: Any) -> None:
        if hasattr(self.original, "__set__"):
            self.original.__set__(instance, value)
        else:
            vars(instance)[self.name] = value


def hide(place: str, set_attribute: Any = setattr) -> None:
    """Hide a name, which is given as "module:Class.name"."""
    module, _, attribute = place.partition(":")
    owner_name, _, name = attribute.partition(".")
    owner = getattr(import_module(module), owner_name)
    set_attribute(owner, name, HiddenName(owner, name))


def unbind_send() -> None:
    """Let Daphne pass a function to applications that is bound to its protocol in another way."""
    server = import_module("daphne.server")

    def bind(function: Any, *bound: Any) -> Any:
        return lambda *arguments: function(*bound, *arguments)

    server.partial = bind


def hide_all() -> None:
    """Hide the names in HIDDEN_NAMES."""
    for place in os.environ["HIDDEN_NAMES"].split():
        unbind_send() if place == "partial" else hide(place)


def run_daphne() -> None:
    """Run Daphne's command line."""
    from daphne.cli import CommandLineInterface  # it installs Twisted's reactor first

    hide_all()
    sys.argv[0] = "daphne"
    CommandLineInterface.entrypoint()


def run_uvicorn() -> None:
    """Run uvicorn's command line."""
    import uvicorn

    hide_all()
    uvicorn.main()


if __name__ == "__main__":
    {"daphne": run_daphne, "uvicorn": run_uvicorn}[os.environ["HIDDEN_SERVER"]]()
