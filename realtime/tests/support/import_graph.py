"""The imports between the modules of channels_realtime, read from their source.

Imports inside functions and under TYPE_CHECKING count as well. `python -m support.import_graph`, in
the folder `tests`, prints the longest chain.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import channels_realtime

NAME = "channels_realtime"
ROOT = Path(channels_realtime.__file__).parent

Graph = dict[str, set[str]]


def modules() -> dict[str, Path]:
    """Return the file of each module by its dotted name; a package's is its __init__.py."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imported_names(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports: modules, and names in modules."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_graph() -> Graph:
    """Return the modules of the library that each of its modules imports.

    An import of `a.b.c` also runs `a.b`, unless the importing module is in that package.
    """
    files = modules()
    graph: Graph = {}
    for module, path in files.items():
        targets = {t for name in imported_names(path) for t in _modules_in(name, files)}
        graph[module] = {t for t in targets if t != module and not f"{module}.".startswith(f"{t}.")}
    return graph


def _modules_in(name: str, files: dict[str, Path]) -> set[str]:
    """Return the module that a dotted name is or is in, and its packages."""
    while name and name not in files:
        name = name.rpartition(".")[0]
    parts = name.split(".")
    return {".".join(parts[:n]) for n in range(1, len(parts) + 1) if parts[0] == NAME}


def package_graph(graph: Graph) -> Graph:
    """Return the graph of what stands at the top level of the library."""
    packages: Graph = {}
    for module, targets in graph.items():
        package = top_level(module)
        packages.setdefault(package, set()).update(map(top_level, targets))
        packages[package].discard(package)
    return packages


def top_level(module: str) -> str:
    """Return the module or package at the top level of the library that a module is in."""
    return ".".join(module.split(".")[:2])


def find_cycle(graph: Graph) -> list[str]:
    """Return the modules of a cycle, or an empty list."""
    finished: set[str] = set()

    def visit(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module not in finished:
            for target in sorted(graph.get(module, ())):
                if cycle := visit(target, [*path, module]):
                    return cycle
            finished.add(module)
        return []

    return next(filter(None, (visit(module, []) for module in graph)), [])


def longest_chain(graph: Graph) -> list[str]:
    """Return the longest chain of imports of a graph without cycles."""

    @cache
    def chain(module: str) -> tuple[str, ...]:
        chains = [chain(target) for target in sorted(graph.get(module, ()))]
        return (module, *max(chains, key=len, default=()))

    return list(max(map(chain, graph), key=len))


if __name__ == "__main__":
    print(" -> ".join(longest_chain(module_graph())))
