"""Names resolve to their definitions, values and ancestors across the modules of a project."""

import ast

import pytest

from channels_doctor.examine.python.modules import Module
from channels_doctor.examine.python.resolver.classes import Resolver
from channels_doctor.examine.python.resolver.values import all_values


def resolver(**files):
    """Return a resolver for modules; in their names `__` is a slash."""
    modules = [
        Module(f"{name.replace('__', '/')}.py", text, ast.parse(text))
        for name, text in files.items()
    ]
    return Resolver(modules), modules[-1]


def expression(text):
    return ast.parse(text, mode="eval").body


def definition(name, **files):
    """Return the full name of the class that a name in the last module resolves to."""
    names, module = resolver(**files)
    found = names.definition(module, expression(name))
    return found.full_name if found else None


ROOM = "class Room: pass\n"


@pytest.mark.parametrize(
    ("imports", "name"),
    [
        ("from chat.models import Room", "Room"),
        ("from chat.models import Room as ChatRoom", "ChatRoom"),
        ("from chat import models", "models.Room"),
        ("import chat.models", "chat.models.Room"),
        ("from .models import Room", "Room"),
        ("from . import models", "models.Room"),
        ("from .models import *", "Room"),
        ("if True:\n    from .models import Room", "Room"),
    ],
)
def test_a_name_resolves_through_an_import(imports, name):
    assert definition(name, chat__models=ROOM, chat__views=imports) == "chat.models.Room"


def test_a_name_resolves_through_several_modules():
    files = {"chat__base": ROOM, "chat__models": "from .base import *\n"}
    assert definition("Room", **files, views="from chat.models import Room\n") == "chat.base.Room"


def test_imports_in_a_circle_have_no_definition():
    assert definition("x", a="from b import x\n", b="from a import x\n") is None


@pytest.mark.parametrize("folder", ["src", "backend__src"])
def test_a_module_may_be_in_a_folder_below_the_root(folder):
    files = {f"{folder}__chat__models": ROOM, "views": "from chat.models import Room\n"}
    assert definition("Room", **files).endswith("chat.models.Room")


def test_a_module_name_that_fits_several_files_is_ambiguous():
    files = {"one__chat__models": ROOM, "two__chat__models": ROOM}
    assert definition("Room", **files, views="from chat.models import Room\n") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("routes = [1]", "[1]"),
        ("inner = [1]\nroutes = inner", "[1]"),
        ("def make():\n    routes = [1]", "[1]"),
        ("routes: list = [1]", "[1]"),
        ("routes = [1]\nroutes = [2]", "routes"),
        ("for routes in [1]: pass", "routes"),
    ],
)
def test_a_name_has_a_value_when_it_is_assigned_once(text, value):
    names, module = resolver(urls=text)
    _, node = names.value(module, expression("routes"))
    assert ast.unparse(node) == value


def test_a_value_resolves_through_an_import():
    names, module = resolver(chat__urls="routes = [1]\n", asgi="from chat.urls import routes\n")
    owner, node = names.value(module, expression("routes"))
    assert (owner.name, ast.unparse(node)) == ("chat.urls", "[1]")


def test_a_name_that_wraps_itself_has_all_its_values():
    names, module = resolver(asgi="app = inner\napp = Outer(app)\n")
    values = all_values(names.definition(module, expression("app")))
    assert list(map(ast.unparse, values)) == ["inner", "Outer(app)"]


CLASSES = {
    "base": "from channels.generic.websocket import WebsocketConsumer\n"
    "class Base(WebsocketConsumer):\n    def load(self): pass\n",
    "chat": "from base import Base\nclass Mixin: pass\n"
    "class Chat(Mixin, Base):\n    def connect(self): self.load()\n",
}


def test_the_ancestors_of_a_class_are_in_the_order_of_lookup():
    names, module = resolver(**CLASSES)
    chat = names.definition(module, expression("Chat"))
    assert [each.name for each in names.mro(chat)] == ["Chat", "Mixin", "Base"]
    assert names.outside_bases(chat) == {"channels.generic.websocket.WebsocketConsumer"}
    assert names.member(chat, "load").module.name == "base"


def test_a_generic_base_is_an_ancestor():
    text = "from typing import Generic, TypeVar\nT = TypeVar('T')\n"
    text += "class Base(Generic[T]): pass\nclass Chat(Base[int]): pass\n"
    names, module = resolver(chat=text)
    chat = names.definition(module, expression("Chat"))
    assert [each.name for each in names.mro(chat)] == ["Chat", "Base"]
    assert names.outside_bases(chat) == {"typing.Generic"}


def test_a_class_that_inherits_from_itself_has_one_ancestor():
    names, module = resolver(chat="class Chat(Chat): pass\n")
    assert len(list(names.mro(names.definition(module, expression("Chat"))))) == 1


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("self.load()", "load"),
        ("helper()", "helper"),
        ("callback()", None),
        ("unknown()", None),
        ("Mixin()", None),
    ],
)
def test_a_call_resolves_to_the_function_that_it_runs(body, called):
    text = f"{CLASSES['chat']}    def go(self, callback): {body}\ndef helper(): pass\n"
    text += "def callback(): pass\n"
    names, module = resolver(base=CLASSES["base"], chat=text)
    calls = [each for each in module.find_all(ast.Call) if ast.unparse(each) == body]
    found = names.function(module, calls[-1].func)
    assert (found.name if found else None) == called


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("    send(1)", True),
        ("    send = signal.send\n    send(1)", False),
        ("    for send in senders:\n        send(1)", False),
        ("    def send(x): pass\n    send(1)", False),
        ("    with opened() as send:\n        send(1)", False),
    ],
)
def test_a_local_name_hides_the_function_of_the_module(body, is_found):
    text = f"async def send(x): pass\ndef page():\n{body}\n"
    names, module = resolver(views=text)
    call = next(each for each in module.find_all(ast.Call) if ast.unparse(each) == "send(1)")
    assert (names.function(module, call.func) is not None) is is_found


@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_package_at_the_root_hides_a_deeper_one(is_hidden):
    paths = ["src/chat/models.py", *(["chat/__init__.py"] if is_hidden else [])]
    names = Resolver([Module(path, "", ast.parse("")) for path in paths])
    assert (names.find_module("chat.models") is None) == is_hidden
