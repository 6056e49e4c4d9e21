"""The tables about the library agree with the library."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.realtime_site import SOURCE, make_site

from channels_doctor.examine.channels import api

MODULES = [
    "asgi",
    "consumers",
    "auth.origins",
    "auth.middleware",
    "auth.sessions",
    "layers",
    "messages",
    "monitoring.logs",
    "publishing",
]


@pytest.mark.parametrize("name", MODULES)
def test_the_table_has_the_modules_that_need_the_app_registry(name, tmp_path):
    folder = make_site(tmp_path)
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mysite.settings",
        "PYTHONPATH": f"{SOURCE}{os.pathsep}{folder}",
    }
    command = [sys.executable, "-c", f"import channels_realtime.{name}"]
    result = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    needs = "AppRegistryNotReady" in result.stderr
    assert result.returncode == needs
    assert needs == (f"channels_realtime.{name}" in api.MODEL_IMPORTING_MODULES)


def defined(module, name):
    """Return whether a module of the library's source defines or imports a name."""
    path = SOURCE / Path(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(file.read_text())):
        named = [
            alias.asname or alias.name
            for alias in getattr(node, "names", [])
            if isinstance(alias, ast.alias)
        ]
        named += [getattr(node, "name", ""), getattr(node, "id", "")]
        if name in named:
            return True
    return False


@pytest.mark.parametrize(
    "name",
    [each for each in [*api.WRAPPERS, *api.LAYERS, *api.LAYERS_FROM_URL] if "_realtime" in each],
)
def test_every_name_in_the_tables_exists_in_the_library(name):
    module, _, last = name.rpartition(".")
    assert defined(module, last)


def test_the_built_in_handlers_exist_in_the_library():
    for name in ("receive_message", "send_message", "send_error"):
        assert name in api.BUILT_IN_HANDLERS
        assert defined("channels_realtime.consumers.base", name)


def test_the_events_of_the_library_are_built_in():
    tree = ast.parse((SOURCE / api.PACKAGE / "messages.py").read_text())
    values = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
    }
    assert ast.literal_eval(values["TEXT_EVENT"]).replace(".", "_") in api.BUILT_IN_HANDLERS
