"""Whose runserver answers to `manage.py runserver`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .json_values import class_name

if TYPE_CHECKING:
    from .request import Request


def read(_request: Request) -> dict[str, object]:
    """Return the app whose runserver wins, its class and what that derives from."""
    from django.core.management import get_commands, load_command_class

    app = get_commands()["runserver"]
    command = load_command_class(app, "runserver") if isinstance(app, str) else app
    names = [class_name(each) for each in type(command).__mro__ if each is not object]
    return {
        "runserver": app if isinstance(app, str) else class_name(type(app)).rpartition(".")[0],
        "runserver_class": names[0],
        "runserver_mro": names,
    }
