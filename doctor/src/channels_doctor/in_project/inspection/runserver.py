"""The stage that finds which app provides `manage.py runserver`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .json_values import full_name

if TYPE_CHECKING:
    from .inspected_project import InspectedProject


def read(_project: InspectedProject) -> dict[str, object]:
    """Return the app of the runserver command, its class and the bases of that class."""
    from django.core.management import get_commands, load_command_class

    app = get_commands()["runserver"]
    command = load_command_class(app, "runserver") if isinstance(app, str) else app
    names = [full_name(base) for base in type(command).__mro__ if base is not object]
    return {
        "runserver": app if isinstance(app, str) else full_name(type(app)).rpartition(".")[0],
        "runserver_class": names[0],
        "runserver_mro": names,
    }
