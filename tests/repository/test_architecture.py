"""Imports point in one direction, and modules stay small."""

import ast
import graphlib
from functools import cache

import grimp
import pytest
from support.paths import ROOT

PACKAGES = {"chanscaffold": ROOT / "cli", "channels_doctor": ROOT / "doctor" / "src"}
MAX_LEVELS = {"chanscaffold": 9, "channels_doctor": 12}
MAX_MODULE_LINES = 170
MAX_FUNCTION_LINES = 30
# The extensions of the generator's core, which know it and are not known by it.
EXTENSIONS = ("chanscaffold.starters", "chanscaffold.update")
# The commands, and what they share: a command line names a starter.
COMMANDS = (
    "chanscaffold.cli",
    "chanscaffold.new",
    "chanscaffold.sources",
    "chanscaffold.__main__",
)

every_package = pytest.mark.parametrize("package", PACKAGES)
every_module = pytest.mark.parametrize(
    "path",
    [path for source in PACKAGES.items() for path in sorted((source[1] / source[0]).rglob("*.py"))],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)


@cache
def imports_of(*packages):
    """Return the modules that each module imports, also in functions and under TYPE_CHECKING."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def is_in(module, packages):
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def levels(imports):
    """Return the number of modules in the longest chain of imports."""
    depth = {}
    for module in graphlib.TopologicalSorter(imports).static_order():
        depth[module] = 1 + max((depth[target] for target in imports.get(module, ())), default=0)
    return max(depth.values())


@every_package
def test_there_is_no_import_cycle(package):
    try:
        graphlib.TopologicalSorter(imports_of(package)).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@every_package
def test_every_chain_of_imports_is_short(package):
    assert levels(imports_of(package)) <= MAX_LEVELS[package]


def test_the_linter_imports_nothing_of_the_generator():
    imports = imports_of(*PACKAGES)
    both = {module for module, targets in imports.items() if is_in(module, ["channels_doctor"])}
    assert len(both) > 100
    assert [
        (module, target)
        for module in both
        for target in imports[module]
        if is_in(target, ["chanscaffold"])
    ] == []


def test_the_core_imports_nothing_of_its_extensions():
    imports = imports_of("chanscaffold")
    core = [m for m in imports if not is_in(m, EXTENSIONS) and m not in COMMANDS]
    assert len(core) > 8
    assert [(m, t) for m in core for t in imports[m] if is_in(t, EXTENSIONS)] == []


def test_starters_import_nothing_of_the_update():
    imports = imports_of("chanscaffold")
    starters = [module for module in imports if is_in(module, ["chanscaffold.starters"])]
    assert len(starters) > 8
    assert [m for m in starters for t in imports[m] if is_in(t, ["chanscaffold.update"])] == []


@every_module
def test_modules_and_functions_are_short(path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= MAX_MODULE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < MAX_FUNCTION_LINES, node.name


# Entry points of processes, and the modules that one table finds by the rule's name.
SHARED_NAMES = {"__init__", "__main__", "main"}
PAIRED_FOLDERS = {"fixes", "rules"}


@every_package
def test_no_two_modules_have_the_same_name(package):
    found = {}
    for module in imports_of(package):
        *parents, name = module.split(".")
        folder = "a rule" if parents and parents[-1] in PAIRED_FOLDERS else module
        if name not in SHARED_NAMES:
            found.setdefault(name, set()).add(folder)
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}
