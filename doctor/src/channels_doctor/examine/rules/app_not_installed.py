"""An app whose models the server imports is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..deployment.unused_sockets import has_unused_sockets
from ..diffs import file_line
from ..finding import Finding
from ..orm.models_without_label import models_without_label
from ..python.expressions import string_value
from ..reachability.installed_folders import installed_folders, is_in_folder
from ..settings.deployed_settings import all_settings
from ..settings.entry_packages import loaded_modules
from ..settings.joined_items import joined_item
from ..settings.unseen_settings import may_be_replaced

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module
    from ..settings.project_settings import Setting, Settings

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "RuntimeError: Model class rooms.models.Room doesn't declare an explicit app_label and isn't"
    " in an application in INSTALLED_APPS."
)

NAME = "INSTALLED_APPS"
INCLUDE = ("django.urls.include", "django.conf.urls.include")


def check(project: Project) -> Iterator[Finding]:
    """Find models that the server imports, in packages that no settings install."""
    every = all_settings(project)
    is_known = bool(every) and all(_is_known(project, each) for each in every)
    if not is_known or not project.uses_websockets or len(project.asgi_modules) != 1:
        return
    installed = installed_folders(project, every)
    apps: dict[str, Definition] = {}
    for module in _loaded_at_start(project):
        model = next(models_without_label(project, module), None)
        if model and "/" in module.path and not is_in_folder(module.path, installed):
            apps.setdefault(module.name.rpartition(".")[0].partition(".models")[0], model)
    for app, model in apps.items():
        yield _finding(project, every[0][NAME], app, model)


def _is_known(project: Project, settings: Settings) -> bool:
    """Return whether nothing but the files decides which apps are installed."""
    apps = settings[NAME]
    return (
        apps.is_set
        and apps.is_complete
        and bool(apps.items)
        and not may_be_replaced(project, settings.modules, apps.location)
    )


def _loaded_at_start(project: Project) -> Iterator[Module]:
    """Yield the modules that the application and the URL configuration certainly import."""
    root = project.settings["ROOT_URLCONF"].value
    urls = project.resolver.find_module(root) if isinstance(root, str) else None
    served = [] if has_unused_sockets(project) else project.asgi_modules
    waiting = [*served, *filter(None, [urls])]
    seen: set[str] = set()
    for module in waiting:  # which grows
        statements = module.tree.body
        found = [each for one in statements for each in loaded_modules(project, module, one, seen)]
        yield from [module, *found]
        for call in (call for each in [module, *found] for call in each.calls(*INCLUDE)):
            included = project.resolver.find_module(string_value([*call.args, None][0]) or "")
            waiting += [included] if included and included not in waiting else []


def _finding(project: Project, apps: Setting, app: str, model: Definition) -> Finding:
    joined = joined_item(project, apps, app)
    if joined:
        return _without_comma(project, *joined)
    message = (
        f"The server imports the model `{model.full_name}`, but `INSTALLED_APPS` does not have"
        f" `{app}`, so no server starts. Add it."
    )
    first = file_line(project, apps.first_location)
    is_list = first.startswith(NAME) and first.endswith(("[", "("))
    fix = f' {first}\n+    "{app}",' if is_list else f'INSTALLED_APPS = […, "{app}"]'
    symptom = SYMPTOM.replace("rooms.models.Room", model.full_name)
    return Finding(message, apps.first_location, fix, symptom=symptom)


def _without_comma(project: Project, item: str, place: Location) -> Finding:
    """Return the finding of two apps that are one text."""
    line = file_line(project, place)
    message = (
        f"No comma is behind `{line}`, so `INSTALLED_APPS` has the app `{item}`, and no server"
        " starts. Add it."
    )
    symptom = f"ModuleNotFoundError: No module named '{item.partition('.')[0]}'"
    return Finding(message, place, f"-{line}\n+{line},", symptom=symptom)
