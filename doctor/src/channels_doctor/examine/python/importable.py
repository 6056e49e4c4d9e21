"""Whether a dotted name can be imported where the project runs, as far as its files tell."""

from __future__ import annotations

import ast
import os
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..project import Project
    from .modules import Module

DYNAMIC_NAMES = {"globals", "setattr", "vars", "exec", "__getattr__"}
MIN_NAME = 4  # characters of a name; a shorter one resembles too many others
MIN_SIMILARITY = 0.8
MAX_SLIP = 2  # letters of a slip of the pen


def importable_module(project: Project, name: str) -> Module | None:
    """Return the module of a dotted name.

    The name may begin with folders above the project, for one that is imported from there.
    """
    found = project.resolver.find_module(name)
    below = "" if found else _below_project(project, name)
    from_above = project.resolver.find_module(below)
    return found or (from_above if from_above and from_above.name == below else None)


def _below_project(project: Project, name: str) -> str:
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        if project.folders[-count:] == parts[:count]:
            return ".".join(parts[count:])
    return ""


def is_missing(project: Project, name: str) -> bool:
    """Return whether a module has no file, and belongs to the project by its first name."""
    if importable_module(project, name) or has_file(project, name):
        return False
    top = name.partition(".")[0]
    tops = {each.name.partition(".")[0] for each in project.modules}
    return (
        top in tops
        or _is_package(project, top)
        or bool(_below_project(project, name))
        or bool(close_name(top, [each for each in tops if len(each) >= MIN_NAME]))
    )


def first_missing(project: Project, name: str) -> str:
    """Return the first package on the way to a module that no module of the project is in."""
    parts = name.split(".")
    packages = [".".join(parts[: count + 1]) for count in range(len(parts))]
    known = [f"{each.name}." for each in project.modules]
    has_module = [any(text.startswith(f"{each}.") for text in known) for each in packages]
    return next((each for each, has in zip(packages, has_module) if not has), name)


def has_file(project: Project, name: str) -> bool:
    """Return whether a file of any kind, or a link to one, may be the module or the package."""
    file = name.replace(".", "/")
    if project.root and os.path.exists(os.path.join(project.root, f"{file}.py")):
        return True
    paths = (f"/{each.path}" for each in project.files)
    return any(
        f"/{file}." in path or (f"/{file}/" in path and path.endswith(".py")) for path in paths
    )


def _is_package(project: Project, top: str) -> bool:
    return any(f"/{each.path}".endswith(f"/{top}/__init__.py") for each in project.files)


def close_name(name: str, names: list[str]) -> str:
    """Return the most similar one of some names, "" when none is similar."""
    return next(iter(get_close_matches(name, sorted(names), 1, MIN_SIMILARITY)), "")


def is_slip(name: str, right: str) -> bool:
    """Return whether one or two letters make one name of the other."""
    blocks = SequenceMatcher(None, name, right, autojunk=False).get_matching_blocks()
    return max(len(name), len(right)) - sum(each.size for each in blocks) <= MAX_SLIP


def lacks_name(project: Project, module: Module, name: str, accepts_submodule: bool = True) -> bool:
    """Return whether a module certainly does not define a name; a submodule may count."""
    is_submodule = project.resolver.find_module(f"{module.name}.{name}") is not None
    if "*" in module.imports or (accepts_submodule and is_submodule):
        return False
    if any(each.id in DYNAMIC_NAMES for each in module.find_all(ast.Name)):
        return False
    stored = {each.id for each in module.find_all(ast.Name) if isinstance(each.ctx, ast.Store)}
    functions = {each.name for each in module.functions()}
    classes = {each.name for each in module.find_all(ast.ClassDef)}
    is_defined = name in stored | functions | classes | set(module.imports)
    return not is_defined and not functions & DYNAMIC_NAMES


def is_of_other_project(project: Project, module: Module, origin: Module) -> bool:
    """Return whether one of two modules is in a folder with a manage.py of its own."""
    paths = [each.path for each in project.deployment_files]
    inner = [each[: -len("manage.py")] for each in paths if each.endswith("/manage.py")]
    folders = [each for each in inner if not each.startswith("..")]
    return any(module.path.startswith(each) != origin.path.startswith(each) for each in folders)
